// Calls in discovery mode: what search_tools shows, and a call of another tool by its name. Consent, protection and filters
// are those of the tool that is called.
import { ProtocolError, type CallToolResult, type InputRequiredResult } from "@modelcontextprotocol/server";
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";
import { olderToolMeant } from "../../tools/aliases/meaning.ts";
import { findSelected } from "../../tools/selection.ts";
import { handleCall, type CallRequest, type CallSurroundings } from "../call.ts";
import { errorResult } from "../result.ts";
import type { DiscoveryName } from "./listed.ts";
import { allTools, findTools } from "./search.ts";

type Arguments = Readonly<Record<string, unknown>>;

export interface DiscoveryCall {
  readonly name: DiscoveryName;
  readonly given: Arguments;
  readonly request: CallRequest;
}

export async function handleDiscovery(
  around: CallSurroundings,
  { name, given, request }: DiscoveryCall,
): Promise<CallToolResult | InputRequiredResult> {
  try {
    if (name === "search_tools") return await searched(around, given);
    const inner = innerCall(name, given);
    if (name !== "call_reading_tool") return await handleCall(around, inner, request);
    // What an older name leads to, only its arguments say.
    const older = await olderToolMeant(inner.name, inner.arguments, around.selection.naming);
    if (older === undefined) checkReading(around, inner.name);
    return await handleCall(readingAlone(around), inner, request);
  } catch (thrown) {
    if (thrown instanceof MortarError) return errorResult(thrown);
    throw thrown;
  }
}

async function searched({ selection }: CallSurroundings, given: Arguments): Promise<CallToolResult> {
  const query = given["query"] ?? "";
  const limit = given["limit"] ?? 5;
  if (typeof query !== "string" || typeof limit !== "number" || !Number.isInteger(limit) || limit < 1 || limit > 20) {
    throw new MortarError("invalid_input", "search_tools takes query, a text, and limit, a whole number from 1 to 20");
  }
  if (query.trim() === "") {
    const rows = allTools(selection);
    const text = rows.map((row) => row.join(" | ")).join("\n");
    return { content: [{ type: "text", text }], structuredContent: { columns: ["name", "effect", "title"], rows } };
  }
  const { tools, more } = await findTools(selection, query.slice(0, 500), limit);
  const hint = hintFor(tools.length, more);
  const data = { tools, more, ...(hint === undefined ? {} : { hint }) };
  return { content: [{ type: "text", text: JSON.stringify(data) }], structuredContent: { ...data } };
}

function hintFor(shown: number, more: number): string | undefined {
  if (shown === 0) return "No tool fits. Without a query all names are shown.";
  return more === 0 ? undefined : "More tools fit: name one, or use other words.";
}

/** The call within. Models write its arguments as text, too. */
function innerCall(outer: string, given: Arguments): { name: string; arguments: Arguments } {
  const { name, arguments: args = {}, ...others } = given;
  const inner = typeof args === "string" ? readArguments(args) : args;
  const unknown = Object.keys(others);
  if (typeof name === "string" && isObject(inner) && unknown.length === 0) return { name, arguments: inner };
  const wrong =
    unknown.length === 0
      ? ""
      : `; ${unknown.map((one) => JSON.stringify(one.slice(0, 60))).join(", ")} goes into arguments`;
  throw new MortarError("invalid_input", `${outer} takes name, a text, and arguments, an object${wrong}`, {
    hint: "`search_tools` shows what a tool takes.",
  });
}

function readArguments(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Whatever its name and its arguments come to, no other tool is there. */
function readingAlone(around: CallSurroundings): CallSurroundings {
  const { selection } = around;
  const entries = selection.entries.filter(({ effect }) => effect === "read");
  return { ...around, selection: { ...selection, readOnly: true, entries } };
}

/** Throws ProtocolError for a tool that is not there, and `read_only` for one that changes something. */
function checkReading({ selection }: CallSurroundings, name: string): void {
  const { effect } = entryOf(selection, name);
  if (effect === "read") return;
  throw new MortarError("read_only", `${name} changes something`, { hint: "`call_tool` calls it. Nothing was done." });
}

function entryOf(selection: CallSurroundings["selection"], name: string) {
  try {
    return findSelected(selection, name).entry;
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    throw new ProtocolError(-32_602, thrown.hint === undefined ? thrown.message : `${thrown.message}. ${thrown.hint}`);
  }
}
