// The MCP server `databricks` of one run: our tools as its user, slow calls handed over to the background.
import type { CallToolResult, Server, ServerContext } from "@modelcontextprotocol/server";
import { handleCall, type CallSurroundings } from "../../../mcp/call.ts";
import { progressOf } from "../../../mcp/progress.ts";
import { errorResult } from "../../../mcp/result.ts";
import { buildServer, listTools } from "../../../mcp/server.ts";
import { MortarError, toMortarError } from "../../../platform/errors.ts";
import type { CatalogEntry } from "../../../tools/entry.ts";
import { findSelected, type Selection } from "../../../tools/selection.ts";
import { toolsetNames } from "../../../tools/toolset-names.ts";
import { approve } from "./approve-tool.ts";
import { handOver } from "./handover.ts";
import { checkLocalFiles } from "./local-files.ts";
import { databricksServer, type RunContext } from "./run-context.ts";
import type { ToolParts } from "./tool-parts.ts";

export function buildDatabricksServer(parts: ToolParts, run: RunContext): Server {
  const { version, running } = parts;
  const { deps, selection, source, session } = run;
  const around: CallSurroundings = { deps, selection, source, session };
  const server = buildServer({ version, around, running });
  // A call that is handed over answers in another shape than the tool's own.
  server.setRequestHandler("tools/list", async () => {
    const tools = await listTools(selection);
    return { tools: tools.map(({ outputSchema: _output, ...tool }) => tool) };
  });
  const track = (call: Promise<unknown>): void => {
    const ended = call.catch(() => undefined).finally(() => running.delete(ended));
    running.add(ended);
  };
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const { name, arguments: input = {} } = params;
    const toolUseId = run.calls.claim(name, input, mcpReq._meta);
    const refusal = await refusalOf(parts, run, { name, input, mcpReq, toolUseId });
    if (refusal !== undefined) return refusal;
    const call = handOver({ ...parts, track }, run, {
      name,
      toolUseId,
      request: mcpReq,
      run: async (request) => {
        const result = await handleCall(around, params, request);
        if ("content" in result) return result as CallToolResult;
        return errorResult(new MortarError("unsupported", `${name} asks for something that cannot be given here`));
      },
    });
    track(call);
    return await call;
  });
  return server;
}

interface Asked {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly mcpReq: Pick<ServerContext["mcpReq"], "signal" | "_meta" | "notify">;
  readonly toolUseId: () => string | undefined;
}

/**
 * Why the call is not made. A tool that changes something is asked about here too, where the agent's program has not asked: it
 * may know no such thing, or something may call past it.
 */
async function refusalOf(
  parts: ToolParts,
  run: RunContext,
  { name, input, mcpReq, toolUseId }: Asked,
): Promise<CallToolResult | undefined> {
  const entry = selected(run.selection, name);
  // A tool that is not there is told by the call itself.
  if (entry === undefined) return undefined;
  try {
    await checkLocalFiles(run, entry.name, input);
  } catch (thrown) {
    return errorResult(toMortarError(thrown));
  }
  const tool_name = `mcp__${databricksServer}__${entry.name}`;
  if (entry.effect === "read" || run.grants.take(tool_name, input)) return undefined;
  const progress = progressOf(mcpReq);
  const answer = await approve(parts, run, {
    request: { tool_name, input, tool_use_id: toolUseId() },
    signal: mcpReq.signal,
  });
  progress.stop();
  if (answer.behavior === "deny") return errorResult(new MortarError("not_confirmed", answer.message));
  run.grants.take(tool_name, input);
  return undefined;
}

function selected(selection: Selection, name: string): CatalogEntry | undefined {
  try {
    return findSelected(selection, name).entry;
  } catch {
    return undefined;
  }
}

/** What makes no sense for an agent of the app: it works as its user, and on his workspace alone. */
const never: ReadonlySet<string> = new Set(["sign_in", "switch_workspace", "list_profiles"]);

/** The tools of a run: none that touch this machine on a shared server, none of skills that are off; the app asks by itself. */
export function selectionFor(
  whole: Selection,
  { isShared, hidden }: { readonly isShared: boolean; readonly hidden: readonly string[] },
): Selection {
  const entries = whole.entries.filter(
    ({ name, local }) => !never.has(name) && !hidden.includes(name) && !(isShared && local),
  );
  return {
    ...whole,
    naming: "mortar",
    entries,
    toolsets: toolsetNames.filter((name) => entries.some(({ toolset }) => toolset === name)),
    terms: { ...whole.terms, confirm: "never", discovery: false },
  };
}
