// create_external_location: a place in cloud storage, with the credential by which it is reached.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { pathTarget } from "../targets.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const createExternalLocation = defineTool({
  name: "create_external_location",
  toolset: "catalog",
  effect: "write",
  title: "Create an external location",
  description: "Creates an external location: a place in cloud storage for external tables and volumes.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    url: z.string().min(1, "must not be empty").describe("s3://bucket/x, abfss://..., gs://..."),
    credential_name: z.string().min(1, "must not be empty"),
    comment: z.string().optional(),
    read_only: z.boolean().default(false),
    skip_validation: z.boolean().default(false),
  }),
  output: securableOutput,
  targets: ({ url }) => [pathTarget(url)],
  run: async (context, body) =>
    securableView(
      "external_location",
      await changeUnity(context, { method: "POST", path: collectionPath("external_location"), body }),
    ),
  text: securableText,
});
