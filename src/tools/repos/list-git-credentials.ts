// list_git_credentials: for which Git providers the caller has a credential; never the credential.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { gitCredentials } from "./repos-api.ts";

export const listGitCredentials = defineTool({
  name: "list_git_credentials",
  toolset: "repos",
  effect: "read",
  title: "List Git credentials",
  description: "Lists for which Git providers you have stored a credential. Credentials themselves are never shown.",
  input: z.strictObject(listInput),
  output: listOutput,
  run: async (context, input) => {
    const items = (await gitCredentials(context)).map((one) => ({ ...one, name: one.name ?? one.provider ?? one.id }));
    return listPage({ items, truncated: false }, input, {
      fields: {
        git_credential_id: (one) => one.id,
        name: (one) => one.name,
        provider: (one) => one.provider,
        user_name: (one) => one.userName,
        is_default: (one) => one.isDefault,
      },
      textChars: context.limits.textChars,
      nothing: "No credential matches. The person can add one under Settings, Linked accounts.",
    });
  },
  text: listText,
});
