// Whether MCP servers of ours that a person has set up may stay in a session, or the session's own takes their place.
import { isObject } from "../../platform/json.ts";
import { startsOurServer } from "../ready/server.ts";
import { serverName } from "./agent.ts";

type Words = readonly [string, ...string[]];

export interface PresentServer {
  readonly name: string;
  readonly entry: unknown;
}

/** Of an agent's servers the one of the usual name, whoever set it up, and ours by whatever name. */
export function presentServers(servers: unknown): readonly PresentServer[] {
  if (!isObject(servers)) return [];
  return Object.entries(servers)
    .filter(([name, entry]) => name === serverName || startsOurServer(entry))
    .map(([name, entry]) => ({ name, entry }));
}

/**
 * The names under which the server has to be added: none where those that are there will do. One of ours for another
 * profile will not, since the models would be on one workspace and the tools on another; and under `--read-only` none that
 * can write.
 */
export function serverNamesToAdd(wanted: Words | undefined, present: readonly PresentServer[]): readonly string[] {
  if (wanted === undefined) return [];
  if (present.length === 0) return [serverName];
  return [...new Set(present.filter(({ entry }) => !mayStay(entry, wanted)).map(({ name }) => name))];
}

/** What has to be added, as an agent's own file has it. */
export function serversToAdd(
  wanted: Words | undefined,
  present: readonly PresentServer[],
  entry: (command: string, args: readonly string[]) => unknown,
): Readonly<Record<string, unknown>> | undefined {
  const names = serverNamesToAdd(wanted, present);
  const [command, ...args] = wanted ?? [];
  if (command === undefined || names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, entry(command, args)]));
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
