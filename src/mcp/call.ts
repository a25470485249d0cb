// One tools/call: the tool found and loaded, run with the caller's signal and progress, its outcome made a result.
import { ProtocolError, type CallToolResult, type ServerContext } from "@modelcontextprotocol/server";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { listedName } from "../tools/aliases.ts";
import { parseArguments, runTool, safeError } from "../tools/call.ts";
import type { Session, ToolContext, ToolImage } from "../tools/define.ts";
import { defaultLimits } from "../tools/limits.ts";
import { isSignInError, signInHint, workspaceFor, type WorkspaceSource } from "../tools/open-workspace.ts";
import { findSelected, type Selection } from "../tools/selection.ts";
import { loadTool } from "../tools/toolsets.ts";
import { errorResult, toolResult } from "./result.ts";

export interface CallSurroundings {
  readonly deps: Deps;
  readonly selection: Selection;
  readonly source: WorkspaceSource;
  readonly session: Session;
}

const invalidParams = -32_602;

/** Throws ProtocolError for a tool that is not there; every other failure is a result with `isError`. */
export async function handleCall(
  around: CallSurroundings,
  params: { readonly name: string; readonly arguments?: Readonly<Record<string, unknown>> | undefined },
  request: Pick<ServerContext, "mcpReq">["mcpReq"],
): Promise<CallToolResult> {
  const { entry, parameters } = found(around.selection, params.name);
  const { naming } = around.selection;
  const declared = await loadTool(entry.name);
  if (declared === undefined) throw new ProtocolError(invalidParams, `Unknown tool: ${params.name}`);
  // Errors speak of it by the name that is listed.
  const tool = {
    ...declared,
    name: listedName(entry.name, naming),
    spellings: { ...declared.spellings, ...parameters },
  };
  const images: ToolImage[] = [];
  try {
    // Before anyone signs in: wrong arguments are wrong for everyone.
    const input = parseArguments(tool, params.arguments);
    const workspace = await workspaceFor(tool, around.source);
    const context: ToolContext = {
      workspace,
      deps: around.deps,
      signal: request.signal,
      limits: defaultLimits,
      session: around.session,
      switching: around.source.switching,
      naming,
      attach: (image) => void images.push(image),
      progress: progressOf(request),
    };
    return toolResult(tool, await runTool(tool, context, input), images);
  } catch (thrown) {
    if (isSignInError(thrown)) around.source.forget();
    return errorResult(safeError(tool.name, signInHint(thrown), { deps: around.deps, signal: request.signal, naming }));
  }
}

function found(selection: Selection, name: string) {
  try {
    return findSelected(selection, name);
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    throw new ProtocolError(
      invalidParams,
      thrown.hint === undefined ? thrown.message : `${thrown.message}. ${thrown.hint}`,
    );
  }
}

/** Progress for a caller who asked for it. The number must grow with each notice (MCP, utilities/progress). */
function progressOf(request: Pick<ServerContext, "mcpReq">["mcpReq"]): ToolContext["progress"] {
  const token = request._meta?.progressToken;
  if (token === undefined) return () => undefined;
  let last = -1;
  return (message, done, total) => {
    if (request.signal.aborted) return;
    last = done === undefined || done <= last ? last + 0.01 : done;
    const params = {
      progressToken: token,
      progress: last,
      message,
      ...(total === undefined ? {} : { total: Math.max(total, last) }),
    };
    request.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
}
