// The older tools as MCP lists them under their generation's naming, with what ours that answer them may do.
import type { JsonObject } from "../../platform/json.ts";
import type { CatalogEntry, Effect } from "../entry.ts";
import { loadGoldens } from "../golden/load.ts";
import type { ListedTool } from "../listed-tool.ts";
import { generationOf } from "../naming.ts";
import type { Selection } from "../selection.ts";
import type { ListedOlderTool, OlderTool } from "./row.ts";
import { farthest } from "./effect.ts";
import { inputSchemaOf, parseSignature } from "./signature.ts";
import { toolsOf } from "./table.ts";

/** Ours with which an answer that was cut, or work that goes on, is followed: the generations had no names for them. */
const followUps = [
  "get_statement_result",
  "get_command_result",
  "wait_for_run",
  "get_run_output",
  "get_run_logs",
  "get_pipeline_update",
  "get_genie_answer",
  "add_agent_examples",
];

export interface OlderEntry {
  readonly tool: OlderTool;
  /** Of the tools of ours that are on, the effect that goes farthest. */
  readonly effect: Effect;
}

/** The older tools of the selection's naming that any tool that is on can answer, in the order of the table. */
export function olderEntries({ naming, entries }: Pick<Selection, "naming" | "entries">): readonly OlderEntry[] {
  const generation = generationOf(naming);
  if (generation === undefined) return [];
  return toolsOf(generation).flatMap((tool) => {
    const on = tool.router.tools.flatMap((name) => entries.find((entry) => entry.name === name) ?? []);
    return on.length === 0 ? [] : [{ tool, effect: farthest(on) }];
  });
}

/** Ours that are listed beside them. */
export function followUpEntries(selection: Pick<Selection, "naming" | "entries">): readonly CatalogEntry[] {
  const taken = new Set(olderEntries(selection).map(({ tool }) => tool.name));
  return selection.entries.filter(({ name }) => followUps.includes(name) && !taken.has(name));
}

/** What the server lists under an older naming. */
export async function listOlderTools(selection: Selection): Promise<readonly (ListedOlderTool | ListedTool)[]> {
  const golden = await loadGoldens(selection.toolsets);
  const followed = new Set(followUpEntries(selection).map(({ name }) => name));
  const on = new Map(golden.map((tool) => [tool.name, tool]));
  return [
    ...olderEntries(selection).map((entry) => listedOlder(entry, on)),
    ...golden.filter(({ name }) => followed.has(name)),
  ];
}

/** One older tool as it is listed; `ours` are those tools that are on, by name. */
export function listedOlder(
  { tool, effect }: OlderEntry,
  ours: ReadonlyMap<string, Pick<ListedTool, "annotations">>,
): ListedOlderTool {
  const title = titleOf(tool.name);
  const answering = tool.router.tools.flatMap((name) => ours.get(name) ?? []);
  return {
    name: tool.name,
    title,
    description: `${tool.does} ${answeredBy(tool)}`,
    inputSchema: inputSchemaOf(parseSignature(tool.parameters)),
    annotations: {
      title,
      readOnlyHint: effect === "read",
      destructiveHint: effect === "destructive",
      idempotentHint: answering.every(({ annotations }) => annotations.idempotentHint),
      openWorldHint: answering.some(({ annotations }) => annotations.openWorldHint),
    } satisfies JsonObject,
  };
}

/** Results are those of our tools, and so this says whose. */
export function answeredBy({ router: { tools } }: OlderTool): string {
  if (tools.length === 0) return "Refused.";
  return `Answered by ${tools.join(", ")}.`;
}

/** `manage_job_runs` as `Manage job runs`. */
export function titleOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
