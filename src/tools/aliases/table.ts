// All older tools, and which of them a name means. Loaded only when an older name is called or listed.
import { generations, type Generation } from "../naming.ts";
import { appTools } from "./apps.ts";
import { catalogObjectTools } from "./catalog-objects.ts";
import { catalogTableTools } from "./catalog-tables.ts";
import { computeTools } from "./compute.ts";
import { dashboardTools } from "./dashboards.ts";
import { fileTools } from "./files.ts";
import { namesFit } from "./fit.ts";
import { genieTools } from "./genie.ts";
import { jobTools } from "./jobs.ts";
import { lakebaseTools } from "./lakebase.ts";
import { pipelineTools } from "./pipelines.ts";
import type { Arguments, OlderTool } from "./row.ts";
import { servingTools } from "./serving.ts";
import { sessionTools } from "./session.ts";
import { parseSignature } from "./signature.ts";
import { sqlTools } from "./sql.ts";
import { vectorSearchTools } from "./vector-search.ts";

export const olderTools: readonly OlderTool[] = [
  ...sqlTools,
  ...computeTools,
  ...fileTools,
  ...jobTools,
  ...pipelineTools,
  ...catalogObjectTools,
  ...catalogTableTools,
  ...dashboardTools,
  ...appTools,
  ...genieTools,
  ...vectorSearchTools,
  ...servingTools,
  ...lakebaseTools,
  ...sessionTools,
];

/** What a generation had, in the order of the table. */
export function toolsOf(generation: Generation): readonly OlderTool[] {
  return olderTools.filter((tool) => tool.generations.includes(generation));
}

/** Every form of the tool of that name, the newest first. */
export function formsOf(name: string): readonly OlderTool[] {
  const age = (tool: OlderTool): number => Math.min(...tool.generations.map((one) => generations.indexOf(one)));
  return olderTools.filter((tool) => tool.name === name).toSorted((one, other) => age(one) - age(other));
}

/** Whether the names of the arguments are those that the form takes, and none that it needs is missing. */
export function fits({ parameters }: OlderTool, args: Arguments): boolean {
  return namesFit(parseSignature(parameters), args);
}
