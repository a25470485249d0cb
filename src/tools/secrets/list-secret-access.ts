// list_secret_access: who may read, write or manage a scope.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { scopeInput } from "./fields.ts";
import { secretAcls } from "./secrets-api.ts";

export const listSecretAccess = defineTool({
  name: "list_secret_access",
  toolset: "secrets",
  effect: "read",
  title: "List who may use a scope",
  description: "Lists who may read, write or manage a secret scope.",
  input: z.strictObject({ scope: scopeInput, ...listInput }),
  output: listOutput,
  run: async (context, { scope, ...input }) => {
    const items = (await secretAcls(context, scope)).map((one) => ({ ...one, name: one.principal }));
    return listPage({ items, truncated: false }, input, {
      fields: { principal: (one) => one.principal, permission: (one) => one.permission },
      textChars: context.limits.textChars,
      nothing: "Nobody matches.",
    });
  },
  text: listText,
});
