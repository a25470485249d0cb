// list_pipelines: the pipelines of the workspace with how their last update went.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { pipelinesOf } from "./fields.ts";

export const listPipelines = defineTool({
  name: "list_pipelines",
  toolset: "pipelines",
  effect: "read",
  title: "List pipelines",
  description: "Lists declarative pipelines (Lakeflow, DLT) with their state and how their last update went.",
  input: z.strictObject(listInput),
  output: listOutput,
  run: async (context, input) =>
    listPage(await pipelinesOf(context).list({ signal: context.signal }), input, {
      fields: {
        pipeline_id: (one) => one.pipelineId,
        name: (one) => one.name,
        state: (one) => one.state,
        health: (one) => one.health,
        last_update: (one) => one.updates[0]?.state,
        last_update_time: (one) => one.updates[0]?.creationTime,
        creator: (one) => one.creator,
      },
      textChars: context.limits.textChars,
      nothing: "No pipeline matches. `deploy_pipeline` makes one.",
    }),
  text: listText,
});
