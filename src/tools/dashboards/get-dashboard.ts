// get_dashboard: a dashboard with its document, and whether it is published.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { cutText } from "../limits.ts";
import { fieldLines, fieldText } from "../text.ts";
import { dashboardOf, publishedOf } from "./dashboards-api.ts";
import { dashboardFields, dashboardIdInput, shownDashboard } from "./fields.ts";

export const getDashboard = defineTool({
  name: "get_dashboard",
  toolset: "dashboards",
  effect: "read",
  title: "Get a dashboard",
  description: "Tells a dashboard's document as JSON text, and whether it is published.",
  input: z.strictObject({
    dashboard_id: dashboardIdInput,
    max_chars: z.int().min(0).max(60_000).default(40_000).describe("Of the document; 0 leaves it out"),
    offset_chars: z.int().min(0).default(0),
  }),
  output: z.object({
    ...dashboardFields,
    published: z.boolean(),
    published_time: z.string().optional(),
    embed_credentials: z.boolean().optional(),
    truncated: z.boolean(),
    next_offset_chars: z.number().optional(),
    definition: z.string(),
  }),
  run: async (context, { dashboard_id, max_chars, offset_chars }) => {
    const dashboard = await dashboardOf(context, dashboard_id);
    const published = await publishedOf(context, dashboard_id);
    const { text, truncated, shownChars } = cutText(dashboard.definition ?? "", max_chars, offset_chars);
    return {
      ...shownDashboard(dashboard, context.workspace.host),
      published: published !== undefined,
      published_time: published?.published,
      embed_credentials: published?.embedsCredentials,
      truncated,
      next_offset_chars: truncated ? offset_chars + shownChars : undefined,
      definition: text,
    };
  },
  text: ({ definition, ...rest }) => fieldText(fieldLines(rest), "definition:", definition),
});
