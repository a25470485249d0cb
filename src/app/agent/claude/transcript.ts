// Claude Code's transcripts: what it can go on from, and where it keeps its own.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isObject, tryJson } from "../../../platform/json.ts";
import { countOf, type ClaudeCount } from "./count.ts";

export interface Transcript {
  /** What the program had counted of the session: it goes on counting from there. */
  readonly before: ClaudeCount;
}

/**
 * Reads a transcript that the program can go on from; undefined where it cannot. It takes any by its path, from whatever
 * folder and machine, and appends to that very file; a line that was cut off by a kill does it no harm.
 */
export async function readTranscript(path: string): Promise<Transcript | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = text.split("\n");
  const isUsable = lines.some((line) => {
    const value = line.includes('"sessionId"') ? tryJson(line) : undefined;
    return isObject(value) && (value["type"] === "user" || value["type"] === "assistant");
  });
  if (!isUsable) return undefined;
  const counts = lines.filter((line) => line.startsWith('{"type":"cost-state"'));
  const last = tryJson(counts.at(-1) ?? "");
  return { before: countOf(isObject(last) ? last["totalCostUSD"] : 0, isObject(last) ? last["modelUsage"] : {}) };
}

/** Where it keeps a session of its own; undefined where it does not. */
export async function sourceOf(configFolder: string, sessionId: string): Promise<string | undefined> {
  // An id is a name of a file here.
  if (!/^[\w-]+$/.test(sessionId)) return undefined;
  const root = join(configFolder, "projects");
  for (const folder of await readdir(root).catch(() => [])) {
    const path = join(root, folder, `${sessionId}.jsonl`);
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isFile() === true) return path;
  }
  return undefined;
}
