// The process of an app: in a group of its own, its output line by line, and gone when the emulator is.
import { killGroup } from "../kernel/shell-cell.ts";

export interface AppProcess {
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly onLine: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Runs the command beside a watcher that ends the group when the emulator's pipe closes; ends as the command does. */
const around = [
  "exec 2>&1 9<&0 </dev/null",
  '"$@" 9<&- & child=$!',
  "{ cat <&9; kill -9 0; } >/dev/null & watcher=$!",
  "exec 9<&-",
  "wait $child; code=$?",
  "kill $watcher",
  "exit $code",
].join("\n");

/** Gives the exit code; undefined where it was ended, or where there is no shell to start it. */
export async function runApp({ command, folder, env, onLine, signal }: AppProcess): Promise<number | undefined> {
  const sh = Bun.which("sh", { PATH: env["PATH"] ?? env["Path"] ?? "" });
  if (sh === null) {
    onLine("No shell (sh) was found on the PATH of the emulator.");
    return undefined;
  }
  if (signal.aborted) return undefined;
  const child = Bun.spawn([sh, "-c", around, "sh", ...command], {
    cwd: folder,
    env,
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
  signal.addEventListener("abort", end, { once: true });
  try {
    await readLines(child.stdout, onLine);
    const exitCode = await child.exited;
    return signal.aborted ? undefined : exitCode;
  } finally {
    signal.removeEventListener("abort", end);
    end();
    await child.exited;
  }
}

async function readLines(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const chunk of stream) {
    const lines = (held + decoder.decode(chunk, { stream: true })).split("\n");
    held = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  }
  if (held !== "") onLine(held);
}
