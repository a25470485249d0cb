// Tools of several servers under names of their own: as they are where no two are alike, else with their server's prefix.
import { createHash } from "node:crypto";
import type { Tool } from "@modelcontextprotocol/server";

export interface ServerTools<S> {
  readonly server: S;
  readonly prefix: string;
  readonly tools: readonly Tool[];
}

export interface MergedTool<S> {
  /** As it is listed here; at most 64 letters, digits, `_` and `-`: some models take no others. */
  readonly name: string;
  readonly server: S;
  /** As its server has it. */
  readonly tool: Tool;
}

export interface ToolFilter {
  /** Names as they are listed, or as the server has them; empty for all. */
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  readonly readOnly: boolean;
}

const longest = 64;

/**
 * The tools of all servers that the filter leaves, in the order of the servers. A name that two of them have is nobody's: each
 * is listed with its prefix, so that no call goes to another server than the one it was meant for when one of them is away.
 */
export function mergeTools<S>(servers: readonly ServerTools<S>[], filter: ToolFilter): readonly MergedTool<S>[] {
  const all = servers.flatMap(({ server, prefix, tools }) =>
    tools.map((tool) => ({ server, prefix: prefix, tool, plain: portable(tool.name) })),
  );
  const counts = new Map<string, number>();
  for (const { plain } of all) counts.set(plain, (counts.get(plain) ?? 0) + 1);
  const taken = new Set<string>();
  const merged = all.map(({ server, prefix, tool, plain }) => {
    const wished = counts.get(plain) === 1 ? plain : portable(`${prefix}_${tool.name}`);
    const name = taken.has(wished) ? marked(wished, `${prefix}\n${tool.name}\n${taken.size}`) : wished;
    taken.add(name);
    return { name, server, tool };
  });
  return merged.filter((one) => isWanted(one, filter));
}

/** A tool that does not say that it only reads is one that writes. */
function isWanted({ name, tool }: MergedTool<unknown>, { only, exclude, readOnly }: ToolFilter): boolean {
  const isNamed = (names: readonly string[]): boolean => names.includes(name) || names.includes(tool.name);
  if (readOnly && tool.annotations?.readOnlyHint !== true) return false;
  return (only.length === 0 || isNamed(only)) && !isNamed(exclude);
}

/** The names among `wanted` that no tool has. */
export function unknownNames(wanted: readonly string[], tools: readonly MergedTool<unknown>[]): readonly string[] {
  const known = new Set(tools.flatMap(({ name, tool }) => [name, tool.name]));
  return wanted.filter((name) => !known.has(name));
}

function portable(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, "_");
  return plain.length > longest || plain === "" ? marked(plain, name) : plain;
}

function marked(name: string, of: string): string {
  const mark = createHash("sha256").update(of).digest("hex").slice(0, 8);
  return `${name.slice(0, longest - mark.length - 1)}_${mark}`;
}
