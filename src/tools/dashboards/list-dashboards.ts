// list_dashboards: AI/BI dashboards that one can see.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { listAll } from "./dashboards-api.ts";

export const listDashboards = defineTool({
  name: "list_dashboards",
  toolset: "dashboards",
  effect: "read",
  title: "List dashboards",
  description: "Lists AI/BI dashboards.",
  input: z.strictObject({ show_trashed: z.boolean().default(false), ...listInput }),
  output: listOutput,
  run: async (context, { show_trashed, ...input }) =>
    listPage(await listAll(context, show_trashed), input, {
      fields: {
        dashboard_id: (one) => one.id,
        name: (one) => one.name,
        path: (one) => one.path ?? one.parentPath,
        warehouse_id: (one) => one.warehouseId,
        state: (one) => one.state,
        updated: (one) => one.updated,
      },
      textChars: context.limits.textChars,
      nothing: "No dashboard matches that you can see. `create_dashboard` makes one.",
    }),
  text: listText,
});
