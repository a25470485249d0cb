// prompts/get: the prompt's text for these arguments and, beside it, what it is about.
import type { GetPromptResult, PromptMessage, ServerContext } from "@modelcontextprotocol/server";
import { ResourceNotFoundError } from "@modelcontextprotocol/server";
import { MortarError } from "../../platform/errors.ts";
import { nearest } from "../../platform/suggest.ts";
import { listedName } from "../../tools/aliases.ts";
import { generationOf } from "../../tools/naming.ts";
import type { Selection } from "../../tools/selection.ts";
import type { CallSurroundings } from "../call.ts";
import { wrongRequest } from "../errors.ts";
import { inTime } from "../in-time.ts";
import { readResource } from "../resources/read.ts";
import type { Given, PromptDeclaration, PromptTools } from "./declare.ts";
import { allPrompts, promptsOn } from "./prompts.ts";

/** How long the reading of what is attached may take: the prompt works without it. */
const patienceMs = 15_000;

/** Throws ProtocolError for an unknown prompt, wrong arguments, and for a thing that is not there. */
export async function getPrompt(
  around: CallSurroundings,
  params: { readonly name: string; readonly arguments?: Readonly<Record<string, string>> | undefined },
  request: Pick<ServerContext["mcpReq"], "signal">,
): Promise<GetPromptResult> {
  const prompt = findPrompt(around.selection, params.name);
  const given = checked(prompt, params.arguments ?? {});
  const attached = await attachments(around, addresses(prompt, given), request.signal);
  const text = prompt.text(given, toolsOf(around.selection));
  return {
    description: prompt.description,
    messages: [{ role: "user", content: { type: "text", text } }, ...attached],
  };
}

/** The prompt of that name in this selection. Throws ProtocolError with what may be meant. */
export function findPrompt(selection: Selection, name: string): PromptDeclaration {
  const on = promptsOn(selection);
  const prompt = on.find((one) => one.name === name);
  if (prompt !== undefined) return prompt;
  const known = allPrompts.find((one) => one.name === name);
  if (known !== undefined) {
    if (generationOf(selection.naming) !== undefined) {
      throw wrongRequest(`The prompt ${name} speaks of tools that --names ${selection.naming} does not list`);
    }
    const off = known.needs.filter((tool) => !selection.entries.some((entry) => entry.name === tool));
    throw wrongRequest(`The prompt ${name} needs tools that are switched off here: ${off.join(", ")}`);
  }
  const names = on.map((one) => one.name);
  const near = nearest(name.slice(0, 100), names);
  const hint = near === undefined ? `The prompts are ${names.join(", ") || "none"}` : `Did you mean ${near}?`;
  throw wrongRequest(`Unknown prompt: ${name.slice(0, 100)}. ${hint}`);
}

function checked({ name, arguments: takes }: PromptDeclaration, args: Given): Given {
  const known = takes.map((one) => one.name);
  const unknown = Object.keys(args).find((one) => !known.includes(one));
  if (unknown !== undefined) {
    const near = nearest(unknown.slice(0, 100), known);
    const hint = near === undefined ? `It takes ${known.join(", ")}` : `Did you mean ${near}?`;
    throw wrongRequest(`${name}: unknown argument ${JSON.stringify(unknown.slice(0, 100))}. ${hint}`);
  }
  // Clients with a form send what was left empty.
  const given = Object.entries(args).flatMap(([key, value]) => (value.trim() === "" ? [] : [[key, value.trim()]]));
  const missing = takes.find((one) => one.required === true && !given.some(([key]) => key === one.name));
  if (missing !== undefined) throw wrongRequest(`${name}: ${missing.name} is missing: ${missing.description}`);
  return Object.fromEntries(given) as Given;
}

function addresses({ attach }: PromptDeclaration, given: Given): readonly string[] {
  try {
    return attach?.(given) ?? [];
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    throw wrongRequest(thrown.hint === undefined ? thrown.message : `${thrown.message}. ${thrown.hint}`);
  }
}

/** What is not there is the caller's mistake; what cannot be read now, the model can ask for by the tools. */
async function attachments(
  around: CallSurroundings,
  uris: readonly string[],
  caller: AbortSignal,
): Promise<readonly PromptMessage[]> {
  const signal = AbortSignal.any([caller, AbortSignal.timeout(patienceMs)]);
  const read = uris.map(async (uri): Promise<PromptMessage[]> => {
    try {
      const { contents } = await inTime(readResource(around, uri, { signal }), signal);
      return contents.map((resource) => ({ role: "user", content: { type: "resource", resource } }));
    } catch (thrown) {
      if (thrown instanceof ResourceNotFoundError) throw wrongRequest(thrown.message);
      around.deps.log.debug(`prompts/get: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

function toolsOf({ entries, naming }: Selection): PromptTools {
  const on = new Set(entries.map(({ name }) => name));
  return {
    name: (tool) => listedName(tool, naming),
    where: (tool, text) => (on.has(tool) ? text : ""),
  };
}
