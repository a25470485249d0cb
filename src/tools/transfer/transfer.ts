// Many files one by one, a few at a time: counted, told while it goes on, ended in time, and every failure kept.
import { isAbort, MortarError, type ErrorCode } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import type { ToolContext } from "../define.ts";

export interface Task {
  /** As the result shows it. */
  readonly name: string;
  /** Bytes moved; `skipped` where there was nothing to do; `folder` for what is no file, and not counted as one. */
  run(signal: AbortSignal): Promise<number | "skipped" | "folder">;
}

export interface Problem {
  readonly name: string;
  readonly outcome: "failed" | "left_out";
  readonly why: string;
}

export interface Transferred {
  readonly done: number;
  readonly skipped: number;
  readonly folders: number;
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** How many were not tried, or not to their end. */
  readonly left: number;
  /** The time was over before its end. */
  readonly timedOut: boolean;
  /** Why it was ended before its end, where not by the time. */
  readonly stoppedBy: MortarError | undefined;
}

export interface TransferOptions {
  /** Ends the whole, not with an error: what was not done is counted. */
  readonly limit: AbortSignal;
  /** `uploaded`: how the progress tells of what is done. */
  readonly verb: string;
  /** The one task is the whole call: where it fails, the call does. */
  readonly alone?: boolean | undefined;
}

// The workspace takes about ten at once from one user, and others are there.
const parallel = 5;
// In a row: a workspace that is away is not asked for each of a thousand files.
const mostFailures = 10;
const tellEveryMs = 5_000;
/** What would meet every other file as well. */
const hopeless: readonly ErrorCode[] = ["token_rejected", "auth_failed", "not_signed_in", "permission_denied"];

/** Throws where the caller goes away, and where nothing at all could be done for a reason that meets every file. */
export async function transfer(
  context: Pick<ToolContext, "signal" | "progress">,
  tasks: readonly Task[],
  { limit, verb, alone = false }: TransferOptions,
): Promise<Transferred> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, limit, stop.signal]);
  const counts = { done: 0, skipped: 0, folders: 0, bytes: 0, failuresInRow: 0 };
  const problems: Problem[] = [];
  let stoppedBy: MortarError | undefined;
  let next = 0;
  const leftOf = (): number => tasks.length - counts.done - counts.skipped - counts.folders - problems.length;
  const tell = (): void => {
    const ended = tasks.length - leftOf();
    context.progress(`${counts.done} of ${tasks.length} ${verb}`, ended, tasks.length);
  };
  const runOne = async (task: Task): Promise<void> => {
    try {
      const moved = await task.run(signal);
      if (moved === "skipped") counts.skipped += 1;
      else if (moved === "folder") counts.folders += 1;
      else counts.done += 1;
      counts.bytes += typeof moved === "number" ? moved : 0;
      counts.failuresInRow = 0;
    } catch (thrown) {
      // What is under way when all ends has neither failed nor been done.
      if (signal.aborted) return;
      if (isAbort(thrown)) throw thrown;
      const error = named(thrown);
      counts.failuresInRow += 1;
      problems.push({ name: task.name, outcome: "failed", why: `${error.code}: ${error.message}` });
      if (alone) stoppedBy = error;
      if (!hopeless.includes(error.code) && !isDiskOver(thrown) && counts.failuresInRow < mostFailures) return;
      stoppedBy ??= error;
      stop.abort();
    }
  };
  const work = async (): Promise<void> => {
    for (let task = tasks[next++]; task !== undefined && !signal.aborted; task = tasks[next++]) await runOne(task);
  };
  const ticker = setInterval(tell, tellEveryMs);
  tell();
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    clearInterval(ticker);
  }
  context.signal.throwIfAborted();
  tell();
  const { failuresInRow: _, ...counted } = counts;
  if (stoppedBy !== undefined && counted.done + counted.skipped + counted.folders === 0) throw stoppedBy;
  return { ...counted, problems, left: leftOf(), timedOut: limit.aborted && leftOf() > 0, stoppedBy };
}

const disk: Readonly<Record<string, string>> = {
  ENOENT: "it is not there, or was taken away meanwhile",
  EACCES: "this user may not do that here",
  EPERM: "this user may not do that here",
  EROFS: "the disk can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENAMETOOLONG: "the name is too long",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "something of this name is there",
  EISDIR: "it is a folder",
  EBUSY: "another program uses it",
};

/** A failure in words that may be shown: nothing of the file system's own message, which holds paths. */
function named(thrown: unknown): MortarError {
  if (thrown instanceof MortarError) return thrown;
  const code = errnoOf(thrown) ?? "";
  const says = Object.hasOwn(disk, code) ? disk[code] : undefined;
  return new MortarError("io", says ?? `the file system refuses it (${code || "unknown reason"})`, { cause: thrown });
}

function isDiskOver(thrown: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EROFS"].includes(errnoOf(thrown) ?? "");
}
