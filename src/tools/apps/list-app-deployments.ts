// list_app_deployments: what was deployed into an app, the newest first.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { deploymentsOf } from "./apps-api.ts";
import { appInput } from "./fields.ts";

export const listAppDeployments = defineTool({
  name: "list_app_deployments",
  toolset: "apps",
  effect: "read",
  title: "List an app's deployments",
  description: "Lists the deployments of an app, the newest first.",
  input: z.strictObject({ name: appInput, limit: z.int().min(1).max(200).default(20) }),
  output: z.object({ ...tableFields, returned: z.number(), truncated: z.boolean() }),
  run: async (context, { name, limit }) => {
    const { items, truncated } = await deploymentsOf(context, name, limit);
    const table = tableOf(items, {
      deployment_id: (one) => one.id,
      state: (one) => one.state,
      message: (one) => one.message,
      source_path: (one) => one.sourcePath,
      mode: (one) => one.mode,
      creator: (one) => one.creator,
      created: (one) => one.created,
    });
    return { ...table, returned: items.length, truncated };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
