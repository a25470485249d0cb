// Finding tools by words, among those that are on. No tool is loaded for it.
import { listedName } from "../../tools/aliases.ts";
import { loadGoldens } from "../../tools/golden/load.ts";
import { underName, type ListedTool } from "../../tools/listed-tool.ts";
import type { Selection } from "../../tools/selection.ts";

export interface FoundTool {
  readonly name: string;
  readonly effect: string;
  readonly title: string;
  readonly description: string;
  readonly input_schema: ListedTool["inputSchema"];
}

/** The tools that fit `query` best, at most `limit`, and how many more fit. */
export async function findTools(
  selection: Selection,
  query: string,
  limit: number,
): Promise<{ readonly tools: readonly FoundTool[]; readonly more: number }> {
  const wanted = wordsOf(query);
  const listed = await loadGoldens(selection.toolsets);
  const effects = new Map(selection.entries.map(({ name, effect }) => [name, effect]));
  const found = listed
    .filter(({ name }) => effects.has(name))
    .map((tool, at) => ({ tool, at, score: scoreOf(tool, query, wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score || one.at - other.at);
  const tools = found.slice(0, limit).map(({ tool }): FoundTool => {
    const { name, title, description, inputSchema } = underName(tool, selection.naming);
    return { name, effect: effects.get(tool.name) ?? "", title, description, input_schema: inputSchema };
  });
  return { tools, more: found.length - tools.length };
}

/** All that are on, by name. */
export function allTools({ entries, naming }: Selection): readonly (readonly [string, string, string])[] {
  return entries.map(({ name, effect, title }) => [listedName(name, naming), effect, title] as const);
}

/** Other words for the same, as people ask for it. */
const sameWords: Readonly<Record<string, string>> = {
  remove: "delete",
  drop: "delete",
  show: "get",
  describe: "get",
  read: "get",
  find: "search",
  make: "create",
  add: "create",
  edit: "update",
  change: "update",
  execute: "run",
  invoke: "run",
  permission: "grant",
  compute: "cluster",
  directory: "folder",
  query: "sql",
};

function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => (word.length > 3 && word.endsWith("s") ? word.slice(0, -1) : word));
}

/** How well it fits: its name counts most, then its title, then what is said of it and of its arguments. */
function scoreOf(tool: ListedTool, query: string, wanted: readonly string[]): number {
  const name = query
    .trim()
    .toLowerCase()
    .replace(/^databricks_/, "");
  if (name === tool.name) return 1_000;
  const fields = [
    { words: wordsOf(tool.name), weight: 6 },
    { words: wordsOf(tool.title), weight: 3 },
    { words: wordsOf(tool.description), weight: 2 },
    { words: wordsOf(Object.keys(tool.inputSchema["properties"] ?? {}).join(" ")), weight: 1 },
  ];
  return wanted.reduce((sum, word) => {
    const alike = new Set([word, sameWords[word] ?? word]);
    const weights = fields.map(({ words, weight }) => {
      if (words.some((one) => alike.has(one))) return weight;
      return words.some((one) => word.length > 3 && one.startsWith(word)) ? weight / 2 : 0;
    });
    return sum + Math.max(...weights);
  }, 0);
}
