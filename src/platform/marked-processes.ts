// All that a child has started, in whatever group or session it went on: found by a mark in the environment, or by parentage.
import { readdir, readFile } from "node:fs/promises";
import { runProcess } from "./process.ts";

/** The variable that marks a child and, since it is inherited, all that it starts. */
export const markVariable = "MORTAR_CHILD";

/**
 * Ids of the processes that `pid`, the first of a session, has started, or that have the mark. Linux shows each process's
 * environment and session: what has left the session still has the mark, what was started without the mark (a sandbox) is in
 * the session. macOS tells parents only, so that what outlived its parent is not found; Windows: none, for `taskkill /T` ends
 * a tree by itself.
 */
export async function markedProcesses(pid: number, mark: string): Promise<readonly number[]> {
  if (process.platform === "linux") return markedOfLinux(pid, mark);
  return process.platform === "darwin" ? descendants(pid, await parents()) : [];
}

async function markedOfLinux(pid: number, mark: string): Promise<readonly number[]> {
  const entries = await readdir("/proc").catch(() => []);
  const ids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const wanted = `${markVariable}=${mark}`;
  const isOurs = async (id: number): Promise<boolean> => {
    const [text, facts] = await Promise.all(
      ["environ", "stat"].map((name) => readFile(`/proc/${id}/${name}`, "latin1").catch(() => "")),
    );
    return sessionIn(facts ?? "") === pid || (text ?? "").split("\0").includes(wanted);
  };
  const marked = await Promise.all(ids.map(async (id) => ((await isOurs(id)) ? id : undefined)));
  return marked.filter((id) => id !== undefined && id !== pid && id !== process.pid) as number[];
}

/** proc(5): behind the name, the fourth field is the session. */
function sessionIn(facts: string): number {
  return Number(facts.slice(facts.lastIndexOf(")") + 2).split(" ")[3] ?? "0");
}

async function parents(): Promise<ReadonlyMap<number, number>> {
  const { stdout } = await runProcess(["ps", "-axo", "pid=,ppid="], {
    env: { PATH: "/bin:/usr/bin" },
    timeoutMs: 5_000,
  }).catch(() => ({ stdout: "" }));
  const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return new Map(pairs.flatMap(([pid, parent]) => (pid && parent ? [[pid, parent] as const] : [])));
}

/** Those below `pid` in a table of parents by id. */
export function descendants(pid: number, table: ReadonlyMap<number, number>): readonly number[] {
  const below = new Set([pid]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const [child, parent] of table) if (below.has(parent)) below.add(child);
  }
  below.delete(pid);
  return [...below];
}
