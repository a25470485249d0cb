// rotate_recipient_token: a new token for a recipient; the old one ends.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { activationHint } from "./recipient-token.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { securablePath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const rotateRecipientToken = defineTool({
  name: "rotate_recipient_token",
  toolset: "catalog",
  effect: "destructive",
  title: "Rotate a recipient's token",
  description: "Makes a new token for a recipient; the old one ends at once, or after existing_token_seconds.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    existing_token_seconds: z.int().min(0).default(0),
  }),
  output: securableOutput,
  spellings: { recipient_name: "name" },
  confirm: ({ name, existing_token_seconds: seconds }) =>
    question`End the token of the recipient ${name} in ${seconds} seconds, and make a new one?`,
  targets: nowhere,
  run: async (context, { name, existing_token_seconds }) => {
    const path: `/${string}` = `${securablePath("recipient", name)}/rotate-token`;
    const body = { existing_token_expire_in_seconds: existing_token_seconds };
    const wire = await changeUnity(context, { method: "POST", path, body });
    return { ...securableView("recipient", wire), hint: activationHint };
  },
  text: securableText,
});
