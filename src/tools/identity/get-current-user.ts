// get_current_user: who the workspace takes the caller for, and which workspace it is.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { fieldLines, fieldText } from "../text.ts";

const mostGroups = 100;

export const getCurrentUser = defineTool({
  name: "get_current_user",
  toolset: "identity",
  effect: "read",
  title: "Get who is signed in",
  description: "Tells who is signed in, to which workspace, and where the home folder is.",
  input: z.strictObject({}),
  output: z.object({
    user_name: z.string(),
    display_name: z.string().optional(),
    home_path: z.string(),
    host: z.string(),
    workspace_id: z.string().optional(),
    profile: z.string().optional(),
    groups: z.array(z.string()),
    truncated: z.boolean(),
  }),
  run: async ({ workspace, signal, switching }) => {
    const me = await workspace.identity.me({ signal });
    return {
      user_name: me.userName,
      display_name: me.displayName,
      home_path: `/Workspace/Users/${me.userName}`,
      host: workspace.host,
      workspace_id: me.workspaceId,
      profile: switching?.profile(),
      groups: me.groups.slice(0, mostGroups),
      truncated: me.groups.length > mostGroups,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
