// list_secrets: the keys of a scope, never their values.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { scopeInput } from "./fields.ts";
import { secretsIn } from "./secrets-api.ts";

export const listSecrets = defineTool({
  name: "list_secrets",
  toolset: "secrets",
  effect: "read",
  title: "List secrets of a scope",
  description: "Lists the keys of a secret scope. Values are never shown: code reads them with dbutils.secrets.get.",
  input: z.strictObject({ scope: scopeInput, ...listInput }),
  output: listOutput,
  run: async (context, { scope, ...input }) => {
    const items = (await secretsIn(context, scope)).map((one) => ({ ...one, name: one.key }));
    return listPage({ items, truncated: false }, input, {
      fields: { key: (one) => one.key, updated: (one) => isoTime(one.updatedAtMs) },
      textChars: context.limits.textChars,
      nothing: "No secret matches. `put_secret` makes one.",
    });
  },
  text: listText,
});
