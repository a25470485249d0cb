// update_dashboard: name, document or warehouse of a draft.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { asksNobody } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { dashboardOf, save } from "./dashboards-api.ts";
import { definitionInput, definitionText, definitionWarnings } from "./definition.ts";
import { dashboardIdInput, placeInput, savedFields, shownDashboard } from "./fields.ts";

export const updateDashboard = defineTool({
  name: "update_dashboard",
  toolset: "dashboards",
  effect: "destructive",
  idempotent: true,
  title: "Change a dashboard",
  description:
    "Changes the draft of a dashboard: its whole document, its name or its warehouse. What is published stays until publish_dashboard.",
  input: z.strictObject({
    dashboard_id: dashboardIdInput,
    definition: definitionInput.optional(),
    name: z.string().min(1, "must not be empty").optional(),
    warehouse_id: z.string().optional(),
    ...placeInput,
  }),
  output: z.object(savedFields),
  spellings: { display_name: "name", serialized_dashboard: "definition" },
  // The published one stays, and the workspace keeps versions of drafts.
  confirm: asksNobody,
  targets: async ({ dashboard_id }, context) => [pathTarget((await dashboardOf(context, dashboard_id)).path ?? "/")],
  run: async (context, input) => {
    const text = input.definition === undefined ? undefined : definitionText(input.definition);
    const { etag } = await dashboardOf(context, input.dashboard_id);
    const { name, warehouse_id, dataset_catalog, dataset_schema } = input;
    // The version that was read: what somebody else saves meanwhile is not lost.
    const body = { display_name: name, warehouse_id, serialized_dashboard: text, etag };
    const query = { dataset_catalog, dataset_schema };
    const saved = await save(context, { id: input.dashboard_id, body, query });
    return {
      ...shownDashboard(saved, context.workspace.host),
      warnings: text === undefined ? [] : definitionWarnings(text),
      hint: "`publish_dashboard` shows the change to others.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
