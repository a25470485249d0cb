// One process of an agent, whichever it is: started, read to its end, stopped with all that it has started.
import { MortarError, toMortarError } from "../../platform/errors.ts";
import type { ErrorCode } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import { startLines, type LineProcess } from "../../platform/line-process.ts";
import type { AgentEvent } from "../contract/events.ts";
import type { EngineDeps, EngineRequest } from "./engine.ts";
import type { Keeper } from "./keeper.ts";
import type { Veil } from "./veil.ts";

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

export interface TurnState {
  /** What the agent calls its session, once it has said so. */
  sessionId: string | undefined;
  /** A whole message has been written down since this was last set back. */
  hasMoved: boolean;
  /** The model refused the key so often that asking on is in vain. */
  isRefused: boolean;
}

/** Reads what an agent prints. */
export interface TurnReader {
  /** The events of one line; none for a line that is not its protocol. */
  read(line: string): readonly AgentEvent[];
  readonly state: TurnState;
  /** How the turn ended, where the agent said it. */
  result(): readonly AgentEvent[];
}

export interface TurnPlan {
  readonly deps: EngineDeps;
  readonly request: EngineRequest;
  readonly title: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The project's folder, as the system calls it. */
  readonly folder: string;
  readonly input: string;
  readonly reader: TurnReader;
  readonly veil: Veil;
  readonly keeper: Keeper;
  /** Where it goes on from a transcript: whether it says that it cannot. */
  readonly isLost?: ((stderr: string) => boolean) | undefined;
  /** Where it ended without saying how. */
  failureOf(exitCode: number, stderr: string): Failure;
}

// So long may it take to its first word: its servers have half a minute to answer.
const startMs = 60_000;

/** Returns `lost` where it could not go on from the transcript and nothing has happened; else the last event says how it ended. */
export async function* runTurn(plan: TurnPlan): AsyncGenerator<AgentEvent, "ended" | "lost"> {
  const { deps, request, reader, veil, keeper, title } = plan;
  let child: LineProcess;
  try {
    const { env, folder: cwd, input } = plan;
    child = startLines([request.program, ...plan.words], { env, cwd, input, signal: request.signal });
  } catch (thrown) {
    yield errorEvent(thrown);
    return "ended";
  }
  const watch = watchStart(deps, child);
  try {
    for await (const line of child.lines) {
      const events = reader.read(line);
      if (reader.state.sessionId !== undefined) watch.begun();
      yield* events;
      if (reader.state.hasMoved) await keepUp(keeper, reader.state);
      if (reader.state.isRefused) void child.end();
    }
    const [exitCode, stderr] = await Promise.all([child.exited, child.stderr]);
    if (child.skipped() > 0) deps.log.warn(`${title}: ${child.skipped()} lines were too long and are left out`);
    deps.log.debug(`${title} ended with ${exitCode}: ${veil.text(stderr).slice(-2_000)}`);
    const isNew = reader.state.sessionId === undefined;
    if (isNew && plan.isLost?.(stderr) === true && !request.signal.aborted) return "lost";
    await keeper.close(reader.state.sessionId ?? "").catch((thrown: unknown) => {
      deps.log.warn(`The transcript of a conversation is not kept: ${toMortarError(thrown).message}`);
    });
    yield* endOf(plan, { exitCode, stderr, isLate: watch.isLate() });
    return "ended";
  } finally {
    watch.begun();
    await child.end();
  }
}

/** What went wrong before an agent ran: a disk that is full, a program that is none. */
export function errorEvent(thrown: unknown): AgentEvent {
  const errno = errnoOf(thrown);
  if (!(thrown instanceof MortarError) && errno !== undefined) {
    const why = errno === "ENOSPC" ? "the disk of the server is full" : errno;
    return { type: "error", code: "io", message: `The run's files cannot be written: ${why}` };
  }
  const { code, message, hint } = toMortarError(thrown);
  return { type: "error", code, message: withoutFolders(message), ...(hint === undefined ? {} : { hint }) };
}

/** Of a path only its last part. */
function withoutFolders(text: string): string {
  return text.replace(/(?:[A-Za-z]:)?(?:[/\\][^\s/\\:'"]+)+[/\\]([^\s/\\:'"]+)/g, "$1");
}

/** Said where a new session takes the place of one that cannot be gone on with. */
export const forgotten: AgentEvent = {
  type: "notice",
  message: "What the agent remembered of this conversation cannot be read; it begins anew with this message.",
};

export function folderMissing(): MortarError {
  return new MortarError("not_found", "The project's folder is not there");
}

function watchStart({ clock }: EngineDeps, child: LineProcess): { begun(): void; isLate(): boolean } {
  const waiting = new AbortController();
  let isLate = false;
  const onTime = (): void => {
    isLate = true;
    void child.end();
  };
  clock.sleep(startMs, waiting.signal).then(onTime, () => undefined);
  return { begun: () => waiting.abort(), isLate: () => isLate };
}

async function keepUp(keeper: Keeper, state: TurnState): Promise<void> {
  state.hasMoved = false;
  if (state.sessionId !== undefined) await keeper.keep(state.sessionId);
}

interface End {
  readonly exitCode: number;
  readonly stderr: string;
  readonly isLate: boolean;
}

function endOf(plan: TurnPlan, { exitCode, stderr, isLate }: End): readonly AgentEvent[] {
  const { request, reader, veil, title } = plan;
  if (request.signal.aborted) return [{ type: "error", code: "interrupted", message: "The run was stopped" }];
  if (isLate) {
    const message = `${title} said nothing for ${startMs / 1_000} seconds after its start`;
    const hint = "Send the message again. If it stays so, start the agent by hand on the machine of the server.";
    return [{ type: "error", code: "timeout", message, hint }];
  }
  if (reader.state.isRefused) {
    const message = "The key for the models was refused";
    return [
      { type: "error", code: "token_rejected", message, hint: "Sign in again, or check the key in the settings." },
    ];
  }
  const events = reader.result();
  if (events.length > 0) return events;
  const { code, message, hint } = plan.failureOf(exitCode, stderr);
  return [{ type: "error", code, message: veil.text(message), ...(hint === undefined ? {} : { hint }) }];
}
