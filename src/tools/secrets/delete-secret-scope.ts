// delete_secret_scope: a scope with every secret in it.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { scopeInput } from "./fields.ts";
import { changeSecrets, secretsIn } from "./secrets-api.ts";

export const deleteSecretScope = defineTool({
  name: "delete_secret_scope",
  toolset: "secrets",
  effect: "destructive",
  title: "Delete a secret scope",
  description: "Deletes a secret scope and every secret in it, for good.",
  input: z.strictObject({ scope: scopeInput }),
  output: z.object({ scope: z.string(), secrets_deleted: z.number(), keys: z.array(z.string()) }),
  confirm: async ({ scope }, context) => {
    const keys = (await secretsIn(context, scope)).map(({ key }) => key);
    if (keys.length === 0) return question`Delete the secret scope ${scope}? It is empty.`;
    return question`Delete the secret scope ${scope} and its ${keys.length} secrets for good: ${keys}?`;
  },
  targets: nowhere,
  run: async (context, { scope }) => {
    const keys = (await secretsIn(context, scope)).map(({ key }) => key);
    await changeSecrets(context, "scopes/delete", { scope });
    return { scope, secrets_deleted: keys.length, keys: keys.slice(0, 100) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
