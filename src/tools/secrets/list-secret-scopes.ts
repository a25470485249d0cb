// list_secret_scopes: the scopes of the workspace.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { secretScopes } from "./secrets-api.ts";

export const listSecretScopes = defineTool({
  name: "list_secret_scopes",
  toolset: "secrets",
  effect: "read",
  title: "List secret scopes",
  description: "Lists secret scopes.",
  input: z.strictObject(listInput),
  output: listOutput,
  run: async (context, input) =>
    listPage({ items: await secretScopes(context), truncated: false }, input, {
      fields: { scope: (one) => one.name, backend: (one) => one.backend },
      textChars: context.limits.textChars,
      nothing: "No scope matches that you can see. `create_secret_scope` makes one.",
    }),
  text: listText,
});
