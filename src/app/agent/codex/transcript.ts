// Codex's transcripts ("rollouts"): what it can go on from, and the places in its home where it looks for them.
import { copyFile, link, mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isObject, tryJson } from "../../../platform/json.ts";
import type { Usage } from "../../contract/events.ts";
import { usageOf } from "./events.ts";

export interface Rollout {
  readonly sessionId: string;
  /** What the session has used so far. */
  readonly before: Usage | undefined;
}

const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a transcript; undefined where Codex could not go on from it. */
export async function readRollout(path: string): Promise<Rollout | undefined> {
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const first = tryJson(lines[0] ?? "");
  const meta = isObject(first) && first["type"] === "session_meta" ? first["payload"] : undefined;
  const sessionId = isObject(meta) ? meta["id"] : undefined;
  if (typeof sessionId !== "string" || !idShape.test(sessionId)) return undefined;
  const count = tryJson(lines.findLast((line) => line.includes('"total_token_usage"')) ?? "");
  const info = isObject(count) && isObject(count["payload"]) ? count["payload"]["info"] : undefined;
  const total = isObject(info) ? info["total_token_usage"] : undefined;
  return { sessionId, before: isObject(total) ? usageOf(total) : undefined };
}

/** Puts the transcript where Codex finds it by its id, by a second name of the same file where the disk allows it. */
export async function placeRollout(home: string, transcript: string, sessionId: string): Promise<void> {
  const old = await rolloutIn(home, sessionId);
  if (old !== undefined && (await isSame(old, transcript))) return;
  if (old !== undefined) await rm(old, { force: true });
  // Where it has no list of its own yet, it looks through all days.
  const place = old ?? join(home, "sessions", "2020", "01", "01", `rollout-2020-01-01T00-00-00-${sessionId}.jsonl`);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await link(transcript, place).catch(() => copyFile(transcript, place));
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other)]);
  return a.ino === b.ino && a.dev === b.dev;
}

/** Where it keeps a session; undefined where it does not. */
export async function rolloutIn(home: string, sessionId: string): Promise<string | undefined> {
  if (!idShape.test(sessionId)) return undefined;
  const glob = new Bun.Glob(`sessions/*/*/*/rollout-*-${sessionId}.jsonl`);
  try {
    for await (const path of glob.scan({ cwd: home })) return join(home, path);
  } catch {
    // There is no such home yet.
  }
  return undefined;
}
