// When a process began, as the system says it: a process id alone is given to another process again.
import { readFileSync } from "node:fs";
import type { Deps } from "./deps.ts";
import { isAlive } from "./process.ts";

/**
 * A text that differs between two processes that had the same id one after the other. undefined where there is no such
 * process, and on Windows, which tells it to no program without rights of its own.
 */
export async function processStart({ os, run }: Pick<Deps, "os" | "run">, pid: number): Promise<string | undefined> {
  if (os === "linux") return startOfLinux(pid);
  if (os === "win32") return undefined;
  try {
    const { exitCode, stdout } = await run(["ps", "-o", "lstart=", "-p", String(pid)], {
      // The month's name is written in the language of the user.
      env: { PATH: "/bin:/usr/bin", LC_ALL: "C", TZ: "UTC" },
      timeoutMs: 5_000,
    });
    const text = stdout.trim();
    return exitCode === 0 && text !== "" ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that had this id, and began at `start` where that is known, still runs. One that has ended and
 * waits for its parent to notice counts as gone.
 */
export async function isSameProcess(
  deps: Pick<Deps, "os" | "run">,
  pid: number,
  start: string | undefined,
): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (deps.os === "win32") return true;
  const present = await processStart(deps, pid);
  // Where the system does not tell, the id is all there is.
  if (present === undefined) return deps.os !== "linux";
  return start === undefined || present === start;
}

/** proc(5): behind the name, the first field is the state and the twentieth the start in ticks since the machine's. */
function startOfLinux(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
