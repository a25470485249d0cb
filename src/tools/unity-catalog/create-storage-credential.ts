// create_storage_credential: a cloud identity that external locations use.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath } from "./securables.ts";
import { identityBody, identityInput, identitySpellings } from "./storage-identity.ts";
import { changeUnity } from "./unity-api.ts";

export const createStorageCredential = defineTool({
  name: "create_storage_credential",
  toolset: "catalog",
  effect: "write",
  title: "Create a storage credential",
  description: "Creates a storage credential: the cloud identity by which external locations are reached.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    ...identityInput,
    comment: z.string().optional(),
    read_only: z.boolean().default(false),
    skip_validation: z.boolean().default(false),
  }),
  output: securableOutput,
  spellings: identitySpellings,
  targets: nowhere,
  run: async (context, { name, comment, read_only, skip_validation, ...identity }) => {
    const who = identityBody(identity);
    if (Object.keys(who).length === 0) {
      throw new MortarError("invalid_input", "No identity is given", {
        hint: "Give aws_iam_role_arn, azure_access_connector or gcp_service_account.",
      });
    }
    const body = { name, comment, read_only, skip_validation, ...who };
    const path = collectionPath("storage_credential");
    return securableView("storage_credential", await changeUnity(context, { method: "POST", path, body }));
  },
  text: securableText,
});
