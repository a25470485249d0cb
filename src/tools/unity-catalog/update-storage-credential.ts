// update_storage_credential: what is given alone.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { securablePath } from "./securables.ts";
import { identityBody, identityInput, identitySpellings } from "./storage-identity.ts";
import { changeUnity } from "./unity-api.ts";

export const updateStorageCredential = defineTool({
  name: "update_storage_credential",
  toolset: "catalog",
  effect: "destructive",
  title: "Change a storage credential",
  description: "Changes a storage credential in what is given; the rest stays.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    ...identityInput,
    new_name: z.string().min(1).optional(),
    owner: z.string().min(1).optional(),
    comment: z.string().optional(),
    read_only: z.boolean().optional(),
    skip_validation: z.boolean().optional(),
    force: z.boolean().optional().describe("Also where locations depend on it"),
  }),
  output: securableOutput,
  spellings: identitySpellings,
  confirm: ({ name }) => question`Change the storage credential ${name}, and with it what its locations reach?`,
  targets: nowhere,
  run: async (context, { name, new_name, owner, comment, read_only, skip_validation, force, ...identity }) => {
    const changed = { new_name, owner, comment, read_only, ...identityBody(identity) };
    if (Object.values(changed).every((value) => value === undefined)) {
      throw new MortarError("invalid_input", "Nothing is to be changed", { hint: "Give what is to be another." });
    }
    const path = securablePath("storage_credential", name);
    const body = { ...changed, skip_validation, force };
    return securableView("storage_credential", await changeUnity(context, { method: "PATCH", path, body }));
  },
  text: securableText,
});
