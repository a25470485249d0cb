// list_spark_versions: the runtimes that clusters can run.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { newestLongTerm } from "./choice.ts";

export const listSparkVersions = defineTool({
  name: "list_spark_versions",
  toolset: "compute",
  effect: "read",
  title: "List Spark versions",
  description: "Lists Databricks runtimes, and the one that create_cluster takes by default (the newest LTS).",
  input: z.strictObject({ name_filter: z.string().optional().describe('Part of the name: "LTS", "ML"') }),
  output: z.object({ ...tableFields, default_spark_version: z.string().optional(), total_matched: z.number() }),
  run: async ({ workspace, signal }, input) => {
    const all = await workspace.clusters.sparkVersions({ signal });
    const part = input.name_filter?.toLowerCase() ?? "";
    const matched = all.filter(({ key, name }) => `${key} ${name}`.toLowerCase().includes(part));
    return {
      ...tableOf(matched, { spark_version: (one) => one.key, name: (one) => one.name }),
      default_spark_version: newestLongTerm(all)?.key,
      total_matched: matched.length,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
