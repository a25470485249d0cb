// %sh: a shell of its own for each cell, which cannot outlive the emulator.
import { randomBytes } from "node:crypto";
import type { CellError } from "./types.ts";

export interface ShellRun {
  readonly code: string;
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly onText: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs around the user's shell: sends both outputs down one pipe in order, ends the whole group when the emulator's pipe
 * closes, and marks the end, because what the cell left running may hold the pipe open.
 */
const around = [
  "exec 2>&1 9<&0 </dev/null",
  '"$2" $4 -c "$1" 9<&- & child=$!',
  "{ cat <&9; kill -9 0; } >/dev/null & ",
  "exec 9<&-",
  "wait $child; code=$?",
  'printf "\\n%s:%d\\n" "$3" $code',
  "kill -9 0",
].join("\n");

/**
 * Runs the text of a %sh cell. As in a notebook, a failing command fails the cell only with `-e`. What is left running in the
 * background ends with the cell. Throws nothing; an abort ends the shell and gives no error.
 */
export async function runShellCell(run: ShellRun): Promise<CellError | undefined> {
  const flag = /^\s*-e\b[ \t]*\n?/.exec(run.code);
  const code = flag === null ? run.code : run.code.slice(flag[0].length);
  const path = run.env["PATH"] ?? run.env["Path"] ?? "";
  const sh = Bun.which("sh", { PATH: path });
  const shell = Bun.which("bash", { PATH: path }) ?? sh;
  if (sh === null || shell === null) return failure("No shell (bash or sh) was found on the PATH of the emulator");
  const mark = randomBytes(16).toString("hex");
  const child = Bun.spawn([sh, "-c", around, "sh", code, shell, mark, flag === null ? "" : "-e"], {
    cwd: run.folder,
    env: run.env,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    detached: true,
    windowsHide: true,
  });
  const end = (): void => {
    killGroup(child.pid);
    child.kill("SIGKILL");
  };
  run.signal.addEventListener("abort", end, { once: true });
  if (run.signal.aborted) end();
  try {
    const exitCode = await readUntilMark(child.stdout, mark, run.onText);
    if (exitCode === undefined || exitCode === 0 || flag === null) return undefined;
    return failure(`The shell command ended with exit code ${exitCode}`);
  } finally {
    run.signal.removeEventListener("abort", end);
    end();
    await child.exited;
  }
}

/** Passes text on until the mark; gives the exit code, or undefined when the shell was ended. */
async function readUntilMark(
  stream: ReadableStream<Uint8Array>,
  mark: string,
  onText: (text: string) => void,
): Promise<number | undefined> {
  const decoder = new TextDecoder();
  const longest = mark.length + 8;
  let held = "";
  for await (const chunk of stream) {
    held += decoder.decode(chunk, { stream: true });
    const found = new RegExp(`\\n${mark}:(\\d+)\\n`).exec(held);
    if (found !== null) {
      onText(held.slice(0, found.index));
      return Number(found[1]);
    }
    const ready = Math.max(0, held.length - longest);
    onText(held.slice(0, ready));
    held = held.slice(ready);
  }
  onText(held);
  return undefined;
}

/** Ends a child that was started `detached`, with all that it started. */
export function killGroup(pid: number): void {
  try {
    if (process.platform !== "win32") process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone.
  }
}

function failure(message: string): CellError {
  return { summary: message, trace: message };
}
