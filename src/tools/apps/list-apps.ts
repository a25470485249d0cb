// list_apps: the apps that one can see.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { listAll } from "./apps-api.ts";

export const listApps = defineTool({
  name: "list_apps",
  toolset: "apps",
  effect: "read",
  title: "List apps",
  description: "Lists Databricks Apps with their state and address.",
  input: z.strictObject(listInput),
  output: listOutput,
  spellings: { name_contains: "name_filter" },
  run: async (context, input) =>
    listPage(await listAll(context), input, {
      fields: {
        name: (one) => one.name,
        state: (one) => one.state,
        compute_state: (one) => one.computeState,
        url: (one) => one.url,
        creator: (one) => one.creator,
        description: (one) => one.description,
      },
      textChars: context.limits.textChars,
      nothing: "No app matches that you can see. `create_app` makes one.",
    }),
  text: listText,
});
