// One run of wrk: requests a second, and the median of how long a request takes.
import { join } from "node:path";
import type { Sample } from "../measure.ts";
import { onCore, program, type Rig } from "./machine.ts";

export interface Load {
  readonly url: string;
  readonly key: string;
  readonly bodyBytes: number;
  readonly connections: number;
  readonly seconds: number;
}

/** Throws when any request failed: what is fast because it refuses counts for nothing. */
export async function runWrk(rig: Rig, { url, key, bodyBytes, connections, seconds }: Load): Promise<Sample> {
  const script = join(rig.folder, `post-${bodyBytes}-${Bun.hash(key)}.lua`);
  await Bun.write(script, scriptOf(key, bodyBytes));
  const words = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script, url];
  const child = Bun.spawn([...onCore(1), program("wrk"), ...words], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const text = await new Response(child.stdout).text();
  const median = /50%\s+([\d.]+)(us|ms|s)/.exec(text);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text);
  if ((await child.exited) !== 0 || median === null || rate === null || /Non-2xx|Socket errors/.test(text)) {
    throw new Error(`wrk against ${url} failed:\n${text}`);
  }
  return { us: Number(median[1]) * (unitsUs[median[2] ?? ""] ?? Number.NaN), rps: Number(rate[1]) };
}

const unitsUs: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000 };

/** A request as Claude Code sends it, filled up to its size with words. */
function scriptOf(key: string, bodyBytes: number): string {
  const head = `{"model":"databricks-claude-sonnet-4-6","max_tokens":1000,"messages":[{"role":"user","content":"`;
  const tail = `"}]}`;
  const body = head + "some words ".repeat(bodyBytes).slice(0, bodyBytes - head.length - tail.length) + tail;
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    "accept-encoding": "gzip, deflate, br, zstd",
    "user-agent": "claude-cli/2.1.329 (external, sdk-cli)",
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14",
    "x-claude-code-session-id": "0b6b2b1e-3f0c-4f4e-9f57-2d5c8a1b7c11",
    "x-stainless-timeout": "600",
    authorization: `Bearer ${key}`,
  };
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  return ['wrk.method = "POST"', ...lines, `wrk.body = [==[${body}]==]`, ""].join("\n");
}
