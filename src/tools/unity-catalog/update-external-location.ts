// update_external_location: what is given alone. What is left out stays as it is, read_only too.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { locationTargets } from "./held-places.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { securablePath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const updateExternalLocation = defineTool({
  name: "update_external_location",
  toolset: "catalog",
  effect: "destructive",
  title: "Change an external location",
  description: "Changes an external location in what is given; the rest stays.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    url: z.string().min(1).optional(),
    credential_name: z.string().min(1).optional(),
    new_name: z.string().min(1).optional(),
    owner: z.string().min(1).optional(),
    comment: z.string().optional(),
    read_only: z.boolean().optional(),
    skip_validation: z.boolean().optional(),
    force: z.boolean().optional().describe("Also where tables or volumes depend on it"),
  }),
  output: securableOutput,
  confirm: ({ name }) => question`Change the external location ${name}?`,
  targets: async ({ name, url }, context) => [
    ...(await locationTargets(context, name)),
    ...(url === undefined ? [] : [pathTarget(url)]),
  ],
  run: async (context, { name, skip_validation, force, ...changed }) => {
    if (Object.values(changed).every((value) => value === undefined)) {
      throw new MortarError("invalid_input", "Nothing is to be changed", { hint: "Give what is to be another." });
    }
    const path = securablePath("external_location", name);
    const body = { ...changed, skip_validation, force };
    return securableView("external_location", await changeUnity(context, { method: "PATCH", path, body }));
  },
  text: securableText,
});
