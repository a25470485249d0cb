// create_share: an empty share.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const createShare = defineTool({
  name: "create_share",
  toolset: "catalog",
  effect: "write",
  title: "Create a share",
  description: "Creates an empty share; add_to_share fills it, grant_privileges with SELECT opens it to a recipient.",
  input: z.strictObject({ name: z.string().min(1, "must not be empty"), comment: z.string().optional() }),
  output: securableOutput,
  spellings: { share_name: "name", share: "name" },
  targets: nowhere,
  run: async (context, body) =>
    securableView("share", await changeUnity(context, { method: "POST", path: collectionPath("share"), body })),
  text: securableText,
});
