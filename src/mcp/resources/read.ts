// resources/read of a thing of the workspace: by the tool that shows the same, so that limits and errors are its own.
import type { ReadResourceResult, ServerContext } from "@modelcontextprotocol/server";
import { ResourceNotFoundError } from "@modelcontextprotocol/server";
import { MortarError } from "../../platform/errors.ts";
import { callTool, safeError } from "../../tools/call.ts";
import type { ToolContext } from "../../tools/define.ts";
import { listedName } from "../../tools/aliases.ts";
import { isSignInError, signInHint } from "../../tools/open-workspace.ts";
import { loadTool } from "../../tools/toolsets.ts";
import type { CallSurroundings } from "../call.ts";
import { readError } from "../errors.ts";
import { readAddress } from "./address.ts";
import { dashboardText, jobText } from "./definitions.ts";
import { skillTemplate } from "./templates.ts";
import { isKind, kindsOn, type ResourceKind } from "./kinds.ts";

/** Throws ProtocolError alone. */
export async function readResource(
  around: CallSurroundings,
  uri: string,
  request: Pick<ServerContext["mcpReq"], "signal">,
): Promise<ReadResourceResult> {
  const { kind, parts } = found(around, uri);
  const { deps, selection } = around;
  try {
    const workspace = await around.source.open();
    const context: ToolContext = {
      workspace,
      deps,
      signal: request.signal,
      limits: selection.terms.limits,
      naming: selection.naming,
      attach: () => undefined,
      progress: () => undefined,
    };
    const text = await readers[kind.name](context, parts);
    return { contents: [{ uri, mimeType: kind.mimeType, text }] };
  } catch (thrown) {
    if (isSignInError(thrown)) around.source.forget();
    const { naming } = selection;
    throw readError(
      uri,
      safeError("resources/read", signInHint(thrown, around.source), { deps, signal: request.signal, naming }),
    );
  }
}

type Reader = (context: ToolContext, parts: readonly string[]) => Promise<string>;

const readers: Readonly<Record<ResourceKind["name"], Reader>> = {
  notebook: (context, parts) => byTool("read_notebook", context, { notebook_path: notebookPath(parts) }),
  run: (context, parts) => byTool("get_run_output", context, { run_id: only(parts) }),
  table: (context, parts) => byTool("get_table", context, { table: tableName(parts) }),
  job: (context, parts) => jobText(context, only(parts)),
  dashboard: (context, parts) => dashboardText(context, only(parts)),
};

async function byTool(name: string, context: ToolContext, args: object): Promise<string> {
  const tool = await loadTool(name);
  if (tool === undefined) throw new MortarError("internal", `There is no tool ${name}`);
  const { text, data } = await callTool(tool, context, args);
  if (data["truncated"] !== true) return text;
  return `${text}\nThis is not all of it: the tool ${listedName(name, context.naming ?? "mortar")} gives the rest.`;
}

/** `~/nb` stays, all else is from the root. */
function notebookPath(parts: readonly string[]): string {
  const path = parts.join("/");
  return path.startsWith("~/") ? path : `/${path}`;
}

function tableName(parts: readonly string[]): string {
  if (parts.length !== 3) throw wrongForm();
  return parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
}

function only(parts: readonly string[]): string {
  const [first, ...more] = parts;
  if (first === undefined || more.length > 0) throw wrongForm();
  return first;
}

function wrongForm(): MortarError {
  return new MortarError("invalid_input", "The address has too few parts or too many", {
    hint: "resources/templates/list shows what each address is made of.",
  });
}

function found(around: CallSurroundings, uri: string): { kind: ResourceKind; parts: readonly string[] } {
  const kinds = kindsOn(around.selection);
  const address = readAddress(uri);
  const kind = kinds.find(({ name }) => name === address?.kind);
  if (kind !== undefined && address !== undefined && address.parts.length > 0) return { kind, parts: address.parts };
  const shown = JSON.stringify(uri.slice(0, 200));
  if (kind === undefined && address !== undefined && isKind(address.kind)) {
    throw new ResourceNotFoundError(uri, `${shown}: the tools that show a ${address.kind} are switched off here`);
  }
  const forms = [...kinds.map(({ template }) => template), skillTemplate];
  throw new ResourceNotFoundError(uri, `No resource is at ${shown}. The addresses here are ${forms.join(", ")}`);
}
