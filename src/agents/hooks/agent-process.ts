// The process of the agent that has called a hook: not the shell in between, which is gone in a moment.
import { readFileSync } from "node:fs";
import type { Deps } from "../../platform/deps.ts";

type ProcessDeps = Pick<Deps, "os" | "run">;

interface Known {
  readonly parent: number;
  readonly name: string;
}

/** What agents start hooks through. */
const between =
  /^(?:(?:ba|da|z|k|mk|a|fi|c|tc)?sh|busybox|cmd|powershell|pwsh|env|timeout|nice|nohup|sudo|mortar|databricks-[\w-]+)(?:\.exe)?$/i;

const mostSteps = 8;

/** Walks up from `from` to the first process that is no shell; undefined where the system does not tell. */
export async function agentProcess(deps: ProcessDeps, from: number): Promise<number | undefined> {
  let pid = from;
  for (let step = 0; step < mostSteps && pid > 1; step++) {
    const known = await lookUp(deps, pid);
    if (known === undefined) return undefined;
    if (!between.test(known.name.replace(/^-/, ""))) return pid;
    pid = known.parent;
  }
  return undefined;
}

async function lookUp(deps: ProcessDeps, pid: number): Promise<Known | undefined> {
  if (deps.os === "linux") return ofLinux(pid);
  return deps.os === "win32" ? ofWindows(deps, pid) : ofMac(deps, pid);
}

/** proc(5): the name stands in brackets and may hold some; behind it come the state and the parent. */
function ofLinux(pid: number): Known | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    const parent = Number(text.slice(end + 2).split(" ")[1]);
    return { parent, name: text.slice(text.indexOf("(") + 1, end) };
  } catch {
    return undefined;
  }
}

async function ofMac({ run }: ProcessDeps, pid: number): Promise<Known | undefined> {
  const text = await output(run, ["/bin/ps", "-o", "ppid=,comm=", "-p", String(pid)]);
  const match = /^\s*(\d+)\s+(.+)$/m.exec(text);
  return match === null ? undefined : { parent: Number(match[1]), name: (match[2] ?? "").replace(/^.*\//, "") };
}

async function ofWindows({ run }: ProcessDeps, pid: number): Promise<Known | undefined> {
  const script = `$p = Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}'; "$($p.ParentProcessId) $($p.Name)"`;
  const text = await output(run, ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", script]);
  const match = /^(\d+) (\S.*)$/m.exec(text.trim());
  return match === null ? undefined : { parent: Number(match[1]), name: match[2] ?? "" };
}

async function output(run: ProcessDeps["run"], command: readonly [string, ...string[]]): Promise<string> {
  try {
    return (await run(command, { timeoutMs: 4_000, maxOutputBytes: 10_000 })).stdout;
  } catch {
    return "";
  }
}
