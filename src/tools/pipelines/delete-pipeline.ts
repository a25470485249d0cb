// delete_pipeline: the pipeline, and the tables that it has made.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { nowhere, securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { pipelineIdInput, pipelinesOf } from "./fields.ts";
import { publishedTo } from "./spec.ts";

export const deletePipeline = defineTool({
  name: "delete_pipeline",
  toolset: "pipelines",
  effect: "destructive",
  title: "Delete a pipeline",
  description: "Deletes a pipeline and the tables and views that it made; keep_tables leaves these.",
  input: z.strictObject({ pipeline_id: pipelineIdInput, keep_tables: z.boolean().default(false) }),
  output: z.object({
    pipeline_id: z.string(),
    name: z.string(),
    status: z.enum(["deleted"]),
    tables_deleted: z.boolean(),
  }),
  confirm: async ({ pipeline_id, keep_tables }, context) => {
    const { name } = await pipelinesOf(context).get(pipeline_id, { signal: context.signal });
    return keep_tables
      ? question`Delete the pipeline ${name} (${pipeline_id}) for good?`
      : question`Delete the pipeline ${name} (${pipeline_id}) and all tables that it made for good?`;
  },
  targets: async ({ pipeline_id, keep_tables }, context) => {
    if (keep_tables) return nowhere();
    const { spec } = await pipelinesOf(context).get(pipeline_id, { signal: context.signal });
    const { catalog, schema } = publishedTo(spec);
    const named = securable(catalog, schema, undefined);
    // With `target` all its tables are there; with `schema` its code may name any other.
    if (spec["schema"] === undefined) return [named];
    return [named, { kind: "anywhere", why: "its tables may be in any schema; keep_tables: true leaves them" }];
  },
  run: async (context, { pipeline_id: pipelineId, keep_tables: keepTables }) => {
    const { signal } = context;
    const { name } = await pipelinesOf(context).get(pipelineId, { signal });
    await pipelinesOf(context).delete(pipelineId, { keepTables, signal });
    return { pipeline_id: pipelineId, name, status: "deleted" as const, tables_deleted: !keepTables };
  },
  text: (output) => fieldText(fieldLines(output)),
});
