// list_profiles: the workspaces that this machine has a sign-in for.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { hostBefore } from "./switching.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";

export const listProfiles = defineTool({
  name: "list_profiles",
  toolset: "identity",
  effect: "read",
  local: true,
  title: "List profiles",
  description: "Lists the profiles of this machine: names, workspaces, and whether their sign-in works.",
  input: z.strictObject({
    validate: z.boolean().default(false).describe("Try each sign-in, 5 seconds at most"),
    ...listInput,
  }),
  output: listOutput,
  needsSignIn: false,
  run: async (context, { validate, ...input }) => {
    const { deps, signal, limits, switching } = context;
    const status = await import("../../auth/status.ts");
    const items = await status.listProfiles(deps, { validate, signal });
    const active = switching?.profile();
    const host = hostBefore(context);
    return listPage({ items, truncated: false }, input, {
      fields: {
        profile: (one) => one.name,
        host: (one) => one.host,
        workspace_id: (one) => one.workspaceId,
        sign_in: (one) => one.authType,
        in_use: (one) => (active === undefined ? one.host === host : one.name === active),
        works: (one) => one.valid,
        why_not: (one) => one.reason,
      },
      textChars: limits.textChars,
      nothing: "No profile matches. `sign_in` makes one.",
    });
  },
  text: listText,
});
