// A child whose output is read line by line as it comes, and which ends with all that it has started.
import { randomUUID } from "node:crypto";
import type { Environment } from "./deps.ts";
import { markedProcesses, markVariable } from "./marked-processes.ts";
import { childEnvironment, killGroup, startError } from "./process.ts";

export interface LineProcessOptions {
  /** The whole environment of the child. */
  readonly env: Environment;
  readonly cwd: string;
  /** All that it gets on standard input. */
  readonly input: string;
  /** Has it end, as `end` does. */
  readonly signal: AbortSignal;
  /** A longer line is left out. 64 MB unless given. */
  readonly maxLineBytes?: number;
}

export interface LineProcess {
  readonly pid: number;
  /** Lines without their ends, the last one also without an end; invalid UTF-8 becomes U+FFFD. To be read once. */
  readonly lines: AsyncIterable<string>;
  /** Lines that were left out because of their length. */
  skipped(): number;
  /** The last 64 KB of standard error, once it has ended. Never rejects. */
  readonly stderr: Promise<string>;
  /** The exit code, 128 for a signal. Resolves when all that it had started is gone too; never rejects. */
  readonly exited: Promise<number>;
  /** Asks it to end, kills it two seconds later with all that it has started, and resolves when it is gone. */
  end(): Promise<void>;
}

/** Starts a program in a process group of its own. Throws `not_found` and `io` when it cannot be started. */
export function startLines(command: readonly [string, ...string[]], options: LineProcessOptions): LineProcess {
  const mark = randomUUID();
  const child = spawn(command, options, mark);
  const gone = new AbortController();
  const killRest = async (): Promise<void> => {
    killGroup(child.pid, "SIGKILL");
    for (const pid of await markedProcesses(child.pid, mark)) kill(pid);
  };
  const exited = child.exited.then(async () => {
    await killRest();
    // Output that somebody beyond our reach holds open is waited for no longer.
    gone.abort();
    return child.exitCode ?? 128;
  });
  const stderr = tailOf(child.stderr, gone.signal).catch(() => "");
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => (ending ??= endTree(child, mark, exited));
  const onAbort = (): void => void end();
  options.signal.addEventListener("abort", onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  void exited.then(() => options.signal.removeEventListener("abort", onAbort));
  const counter = { skipped: 0 };
  return {
    pid: child.pid,
    lines: readLines(child.stdout, { gone: gone.signal, limit: options.maxLineBytes ?? 64_000_000, counter }),
    skipped: () => counter.skipped,
    stderr,
    exited,
    end,
  };
}

const patienceMs = 2_000;

async function endTree(child: Child, mark: string, exited: Promise<unknown>): Promise<void> {
  // Before it is asked: what outlives its parent is not found by its parent any more.
  const started = process.platform === "darwin" ? await markedProcesses(child.pid, mark) : [];
  if (process.platform === "win32") killGroup(child.pid, "SIGKILL");
  else child.kill("SIGTERM");
  const timer = setTimeout(() => {
    killGroup(child.pid, "SIGKILL");
    child.kill("SIGKILL");
  }, patienceMs);
  await exited;
  clearTimeout(timer);
  started.forEach(kill);
}

type Child = Bun.Subprocess<"ignore" | Uint8Array<ArrayBuffer>, "pipe", "pipe">;

function spawn(command: readonly [string, ...string[]], options: LineProcessOptions, mark: string): Child {
  try {
    return Bun.spawn([...command], {
      env: { ...childEnvironment(options.env), [markVariable]: mark },
      cwd: options.cwd,
      stdin: new TextEncoder().encode(options.input),
      stdout: "pipe",
      stderr: "pipe",
      windowsHide: true,
      ...(process.platform === "win32" ? {} : { detached: true }),
    });
  } catch (cause) {
    throw startError(command[0], options.cwd, cause);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

interface Reading {
  readonly gone: AbortSignal;
  readonly limit: number;
  readonly counter: { skipped: number };
}

async function* readLines(stream: ReadableStream<Uint8Array>, reading: Reading): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  const take = (rest: string): string | undefined => {
    const line = size + rest.length > reading.limit ? undefined : parts.join("") + rest;
    if (line === undefined) reading.counter.skipped += 1;
    parts.length = 0;
    size = 0;
    return line?.replace(/\r$/, "");
  };
  for await (const bytes of chunks(stream, reading.gone)) {
    const pieces = decoder.decode(bytes, { stream: true }).split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      const line = take(piece);
      if (line !== undefined) yield line;
    }
    size += last.length;
    if (size <= reading.limit) parts.push(last);
  }
  const line = take(decoder.decode());
  if (line !== undefined && line !== "") yield line;
}

/** To the end of the stream; once the child and its like are gone, until nothing more comes. */
async function* chunks(stream: ReadableStream<Uint8Array>, gone: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const quiet = quietAfter(gone);
      const read = await Promise.race([reader.read(), quiet.over]).finally(quiet.forget);
      if (read === undefined || read.done) return;
      yield read.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

// A pipe's rest is there at once; this is for the machine under load.
const drainMs = 1_000;

function quietAfter(gone: AbortSignal): { readonly over: Promise<undefined>; readonly forget: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let timer: Timer | undefined;
  const wait = (): void => void (timer = setTimeout(() => resolve(undefined), drainMs));
  if (gone.aborted) wait();
  else gone.addEventListener("abort", wait, { once: true });
  const forget = (): void => {
    clearTimeout(timer);
    gone.removeEventListener("abort", wait);
  };
  return { over: promise, forget };
}

const tailBytes = 64_000;

async function tailOf(stream: ReadableStream<Uint8Array>, gone: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const bytes of chunks(stream, gone)) {
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-tailBytes);
  }
  return tail;
}
