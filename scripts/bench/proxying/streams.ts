// Many streams at once: when each begins, whether every byte arrives, how late events are, what the proxy's memory grows by.
import { join } from "node:path";
import type { Sample } from "../measure.ts";
import { onCore } from "./machine.ts";

export interface StreamLoad {
  /** Where the workspace that streams is to listen. */
  readonly listen: number;
  /** The proxy's address for it, or its own. */
  readonly url: string;
  readonly key: string;
  readonly streams: number;
  readonly events: number;
  readonly paceMs: number;
  /** The proxy's process, for its memory. */
  readonly pid?: number | undefined;
}

interface Report {
  readonly whole: number;
  readonly firstMs: number;
  readonly eventMs: number;
  readonly eventSlowMs: number;
}

const longestMs = 60_000;

/** Opens all streams in one moment and reads them to their ends. Throws where a byte is lost or moved. */
export async function runStreams({ pid, paceMs, url, ...load }: StreamLoad): Promise<Sample> {
  const beforeKb = await rssKb(pid);
  const words = Object.entries({ ...load, target: url, pace: paceMs }).map(([name, value]) => `--${name}=${value}`);
  const rig = join(import.meta.dir, "stream-rig.ts");
  const child = Bun.spawn([...onCore(1), process.execPath, rig, ...words], { stdin: "ignore", stdout: "pipe" });
  const tooLong = setTimeout(() => child.kill("SIGKILL"), longestMs);
  const decoder = new TextDecoder();
  let text = "";
  let openKb = Number.NaN;
  for await (const piece of child.stdout) {
    text += decoder.decode(piece, { stream: true });
    if (Number.isNaN(openKb) && text.startsWith("open\n")) openKb = await rssKb(pid);
  }
  await child.exited;
  clearTimeout(tooLong);
  const line = text.split("\n").find((one) => one.startsWith("{"));
  if (line === undefined) throw new Error(`the streams through ${url} did not end`);
  const { whole, ...figures } = JSON.parse(line) as Report;
  if (whole !== load.streams) throw new Error(`${load.streams - whole} streams did not arrive as they were sent`);
  return { ...figures, kbEach: (openKb - beforeKb) / load.streams };
}

async function rssKb(pid: number | undefined): Promise<number> {
  if (pid === undefined) return Number.NaN;
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}
