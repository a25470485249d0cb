// Whether an MCP server of our name that a person has set up may stay in a session, or the session's own takes its place.
import { isObject } from "../../platform/json.ts";

type Words = readonly [string, ...string[]];

/**
 * The server that has to be added: none where those that are there will do. One of ours for another profile will not,
 * since the models would be on one workspace and the tools on another; and under `--read-only` none that can write.
 */
export function serverToAdd(wanted: Words | undefined, present: readonly unknown[]): Words | undefined {
  if (wanted === undefined || present.length === 0) return wanted;
  return present.every((one) => mayStay(one, wanted)) ? undefined : wanted;
}

function mayStay(present: unknown, wanted: Words): boolean {
  if (!isObject(present) || present["enabled"] === false || present["disabled"] === true) return true;
  const words = [present["command"], present["args"]].flat().filter((word) => typeof word === "string");
  if (wanted.includes(readOnly) && !words.includes(readOnly)) return false;
  const isOurs = words.some((word, index) => word === "mcp" && words[index + 1] === "serve");
  return !isOurs || profileOf(words) === profileOf(wanted);
}

const readOnly = "--read-only";

function profileOf(words: readonly string[]): string {
  const index = words.findIndex((word) => word === "--profile" || word.startsWith("--profile="));
  const word = words[index] ?? "";
  const value = word === "--profile" ? words[index + 1] : word.slice("--profile=".length);
  return value === undefined || value === "" ? "DEFAULT" : value;
}
