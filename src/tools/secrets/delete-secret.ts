// delete_secret: one key of a scope.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { keyInput, scopeInput } from "./fields.ts";
import { changeSecrets } from "./secrets-api.ts";

export const deleteSecret = defineTool({
  name: "delete_secret",
  toolset: "secrets",
  effect: "destructive",
  title: "Delete a secret",
  description: "Deletes a secret, for good.",
  input: z.strictObject({ scope: scopeInput, key: keyInput }),
  output: z.object({ scope: z.string(), key: z.string(), deleted: z.boolean() }),
  confirm: ({ scope, key }) => question`Delete the secret ${key} of the scope ${scope} for good?`,
  targets: nowhere,
  run: async (context, { scope, key }) => {
    await changeSecrets(context, "delete", { scope, key });
    return { scope, key, deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
