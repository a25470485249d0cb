// publish_dashboard, unpublish_dashboard: what others see.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { dashboardOf, publish, publishedOf, unpublish } from "./dashboards-api.ts";
import { dashboardIdInput } from "./fields.ts";

const publishedFields = {
  dashboard_id: z.string(),
  name: z.string(),
  was_published: z.boolean(),
};

export const publishDashboard = defineTool({
  name: "publish_dashboard",
  toolset: "dashboards",
  effect: "write",
  idempotent: true,
  title: "Publish a dashboard",
  description: "Publishes the draft of a dashboard as it is now. With embed_credentials, viewers see what you may see.",
  input: z.strictObject({
    dashboard_id: dashboardIdInput,
    warehouse_id: z.string().optional().describe("Without it the draft's"),
    embed_credentials: z.boolean().default(false),
  }),
  output: z.object({
    ...publishedFields,
    warehouse_id: z.string().optional(),
    embed_credentials: z.boolean(),
    published_url: z.string(),
  }),
  targets: nowhere,
  run: async (context, { dashboard_id, warehouse_id, embed_credentials }) => {
    const { name } = await dashboardOf(context, dashboard_id);
    const before = await publishedOf(context, dashboard_id);
    const published = await publish(context, dashboard_id, { warehouse_id, embed_credentials });
    return {
      dashboard_id,
      name,
      was_published: before !== undefined,
      warehouse_id: published.warehouseId ?? warehouse_id,
      embed_credentials: published.embedsCredentials,
      published_url: `${context.workspace.host}/dashboardsv3/${dashboard_id}/published`,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

export const unpublishDashboard = defineTool({
  name: "unpublish_dashboard",
  toolset: "dashboards",
  effect: "destructive",
  idempotent: true,
  title: "Unpublish a dashboard",
  description: "Takes the published dashboard away from its viewers. The draft stays.",
  input: z.strictObject({ dashboard_id: dashboardIdInput }),
  output: z.object(publishedFields),
  confirm: ({ dashboard_id }) => question`Take the published dashboard ${dashboard_id} away from its viewers?`,
  targets: nowhere,
  run: async (context, { dashboard_id }) => {
    const { name } = await dashboardOf(context, dashboard_id);
    const before = await publishedOf(context, dashboard_id);
    if (before !== undefined) await unpublish(context, dashboard_id);
    return { dashboard_id, name, was_published: before !== undefined };
  },
  text: (output) => fieldText(fieldLines(output)),
});
