// Our MCP server as an entry of an agent's settings, and telling ours from somebody else's.
import { isObject } from "../../platform/json.ts";
import type { Change } from "../../platform/edits/changes.ts";
import type { EditRecord } from "../../platform/edits/record.ts";
import type { ManagedAgentId, Wish } from "./types.ts";

/** The change that puts the server at the path; none where it is not wanted. */
export function serverChange(
  { server }: Pick<Wish, "server">,
  path: readonly string[],
  entry: (command: string, args: readonly string[]) => unknown = (command, args) => ({ command, args }),
): readonly Change[] {
  if (server === undefined) return [];
  const [command, ...args] = server;
  return [{ kind: "set", path, value: entry(command, args) }];
}

/** The name under which setup has put the server into an agent, by what is on record; undefined where it is not there. */
export function recordedServerName(records: readonly EditRecord[], id: ManagedAgentId): string | undefined {
  const own = records.filter(({ owner }) => owner.replace(/:.*$/s, "") === `setup-${id}`);
  const paths = own.flatMap(({ done }) =>
    done.flatMap(({ change }) => (change.kind === "set" && startsOurServer(change.value) ? [change.path] : [])),
  );
  const last = paths.at(-1)?.at(-1);
  return last === undefined ? undefined : String(last);
}

/** Whether an entry starts `mortar mcp serve` itself, and nobody has given it variables of their own. */
export function isOwnServer(entry: unknown): boolean {
  if (!isObject(entry) || !startsOurServer(entry)) return false;
  return entry["env"] === undefined && entry["environment"] === undefined;
}

/** Whether an entry starts `mortar mcp serve`. One that goes through a shell or another machine is somebody's own. */
export function startsOurServer(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const words = [entry["command"], entry["args"]].flat().filter((word) => typeof word === "string");
  const [program = "", ...rest] = words;
  const isMortar = /(?:^|[\\/])mortar(?:\.exe)?$/i.test(program);
  const isSource = /(?:^|[\\/])bun(?:\.exe)?$/i.test(program) && /[\\/]src[\\/]main\.ts$/.test(rest[0] ?? "");
  const flags = isSource ? rest.slice(1) : rest;
  return (isMortar || isSource) && flags[0] === "mcp" && flags[1] === "serve";
}
