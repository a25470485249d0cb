// delete_dashboard: into the trash.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { dashboardOf, trash } from "./dashboards-api.ts";
import { dashboardFields, dashboardIdInput, shownDashboard } from "./fields.ts";

export const deleteDashboard = defineTool({
  name: "delete_dashboard",
  toolset: "dashboards",
  effect: "destructive",
  title: "Delete a dashboard",
  description: "Moves a dashboard to the trash, and takes what is published away from its viewers.",
  input: z.strictObject({ dashboard_id: dashboardIdInput }),
  output: z.object(dashboardFields),
  confirm: async ({ dashboard_id }, context) =>
    question`Move the dashboard ${(await dashboardOf(context, dashboard_id)).name} (${dashboard_id}) to the trash?`,
  targets: async ({ dashboard_id }, context) => [pathTarget((await dashboardOf(context, dashboard_id)).path ?? "/")],
  run: async (context, { dashboard_id }) => {
    const found = await dashboardOf(context, dashboard_id);
    await trash(context, dashboard_id);
    return { ...shownDashboard(found, context.workspace.host), state: "TRASHED" };
  },
  text: (output) => fieldText(fieldLines(output)),
});
