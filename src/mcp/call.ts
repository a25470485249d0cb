// One tools/call: the tool found and loaded, run with the caller's signal and progress, its outcome made a result.
import {
  ProtocolError,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequiredResult,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { olderToolMeant } from "../tools/aliases/meaning.ts";
import { listedName } from "../tools/aliases.ts";
import { parseArguments, questionBefore, runTool, safeError } from "../tools/call.ts";
import type { Tool, ToolContext, ToolImage } from "../tools/define.ts";
import type { Limits } from "../tools/limits.ts";
import { isSignInError, signInHint, workspaceFor, type WorkspaceSource } from "../tools/open-workspace.ts";
import { findSelected, type Selection } from "../tools/selection.ts";
import { loadTool } from "../tools/toolsets.ts";
import { consent } from "./consent/consent.ts";
import { progressOf } from "./progress.ts";
import { errorResult, toolResult } from "./result.ts";
import type { ClientSession } from "./session.ts";

export interface CallSurroundings {
  readonly deps: Deps;
  readonly selection: Selection;
  readonly source: WorkspaceSource;
  readonly session: ClientSession;
}

/** A request with what is known of who sent it. */
export type CallRequest = ServerContext["mcpReq"] & {
  /** What a client of the older era said that it can do, where it did. */
  readonly declared?: ClientCapabilities | undefined;
  /** Called when nothing is left to ask and the tool begins to run; there where the call may become a task. */
  readonly started?: () => void;
};

const invalidParams = -32_602;

interface CallParams {
  readonly name: string;
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A call by any name: ours, or an older one, which leads to ours. Throws ProtocolError for a tool that is not there; every other
 * failure is a result with `isError`.
 */
export async function handleCall(
  around: CallSurroundings,
  params: CallParams,
  request: CallRequest,
): Promise<CallToolResult | InputRequiredResult> {
  const older = await olderToolMeant(params.name, params.arguments, around.selection.naming);
  if (older === undefined) return await handleOwnCall(around, params, request);
  const { handleOlderCall } = await import("./older-call.ts");
  return await handleOlderCall({
    older,
    given: params.arguments,
    readOnly: around.selection.readOnly,
    own: (own) => handleOwnCall(around, own, request),
  });
}

/** A call of one of our tools, by its name or with the older prefix. */
async function handleOwnCall(
  around: CallSurroundings,
  params: CallParams,
  request: CallRequest,
): Promise<CallToolResult | InputRequiredResult> {
  const { entry, parameters } = found(around.selection, params.name);
  const { naming, terms } = around.selection;
  const loaded = await loadTool(entry.name);
  if (loaded === undefined) throw new ProtocolError(invalidParams, `Unknown tool: ${params.name}`);
  // Errors speak of it by the name that is listed.
  const tool = {
    ...loaded,
    name: listedName(entry.name, naming),
    spellings: { ...loaded.spellings, ...parameters },
  };
  const images: ToolImage[] = [];
  const progress = progressOf(request);
  try {
    // Before anyone signs in: wrong arguments are wrong for everyone.
    const input = parseArguments(
      tool,
      request.started === undefined ? params.arguments : withWait(tool, params.arguments, terms.limits),
    );
    const workspace = await workspaceFor(tool, around.source);
    const context: ToolContext = {
      workspace,
      deps: around.deps,
      signal: request.signal,
      limits: terms.limits,
      protection: terms.protection,
      session: around.session,
      switching: around.source.switching,
      recordsMade: around.source.recordsMade,
      naming,
      attach: (image) => void images.push(image),
      progress: progress.tell,
    };
    const { confirm } = terms;
    const asked = confirm === "never" ? undefined : await questionBefore(tool, context, input);
    if (confirm !== "never" && asked !== undefined) {
      const asking = { request, confirm, key: around.session.sealKey };
      const first = await consent({ tool, context, input, asked }, asking);
      if (first !== undefined) return first;
    }
    request.started?.();
    return toolResult(tool, await runTool(tool, context, input), images);
  } catch (thrown) {
    if (thrown instanceof ProtocolError) throw thrown;
    if (isSignInError(thrown)) around.source.forget();
    return errorResult(
      safeError(tool.name, signInHint(thrown, around.source), { deps: around.deps, signal: request.signal, naming }),
    );
  } finally {
    progress.stop();
  }
}

/** Nobody gives up on a task: where nothing is said of it, it waits as long as a call may. */
function withWait(
  { input: { shape } }: Tool,
  given: Readonly<Record<string, unknown>> = {},
  { maxWaitSeconds }: Limits,
): Readonly<Record<string, unknown>> {
  const isSaid = ["wait_seconds", "timeout_minutes"].some((name) => name in given);
  return isSaid || !("wait_seconds" in shape) ? given : { ...given, wait_seconds: maxWaitSeconds };
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
