// list_made_resources: what tools of this machine made in the workspace, by the record and not by the workspace.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { madeTypeOf } from "./made.ts";
import { readMade } from "./record.ts";

const { name_filter, limit, offset } = listInput;

export const listMadeResources = defineTool({
  name: "list_made_resources",
  toolset: "resources",
  effect: "read",
  local: true,
  title: "List what was made here",
  description:
    "Lists what these tools created in the workspace from this machine and have not deleted since. Uploads, runs and what was made by code are not in it.",
  input: z.strictObject({
    type: z.string().optional().describe("job, dashboard, table, ..."),
    name_filter,
    limit,
    offset,
  }),
  output: listOutput,
  run: async ({ deps, workspace, limits }, { type: written, ...input }) => {
    const type = written === undefined ? undefined : madeTypeOf(written);
    const made = await readMade({ deps, host: workspace.host });
    const items = made
      .filter((one) => type === undefined || one.type === type)
      .map((one) => ({ ...one, name: one.name ?? one.id }));
    return listPage({ items, truncated: false }, input, {
      fields: {
        type: (one) => one.type,
        id: (one) => one.id,
        name: (one) => one.name,
        url: (one) => one.url,
        made_at: (one) => one.made_at,
      },
      textChars: limits.textChars,
      nothing: "Nothing like that is in the record of this machine for this workspace.",
    });
  },
  text: listText,
});
