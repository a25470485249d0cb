// update_connection: options, name and owner. The API replaces options as a whole, so that they are given whole.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { textMap } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { optionsInput } from "./connection-options.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { securablePath } from "./securables.ts";
import { changeUnity, getUnity } from "./unity-api.ts";

export const updateConnection = defineTool({
  name: "update_connection",
  toolset: "catalog",
  effect: "destructive",
  title: "Change a connection",
  description:
    "Changes options, name or owner of a connection. Options that are not given stay, as far as they are no secrets.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    options: optionsInput.optional(),
    new_name: z.string().min(1).optional(),
    owner: z.string().min(1).optional(),
  }),
  output: securableOutput,
  confirm: ({ name }) => question`Change the connection ${name}, and with it what its foreign catalogs reach?`,
  targets: nowhere,
  run: async (context, { name, options, new_name, owner }) => {
    if (options === undefined && new_name === undefined && owner === undefined) {
      throw new MortarError("invalid_input", "Nothing is to be changed", { hint: "Give options, new_name or owner." });
    }
    const path = securablePath("connection", name);
    const before = await getUnity(context, path);
    // The field is wanted by the API also where the options stay as they are.
    const kept = textMap(before, "options");
    const body = { new_name, owner, options: { ...kept, ...options } };
    const wire = await changeUnity(context, { method: "PATCH", path, body });
    const hint =
      "Passwords are never shown, and so were not sent again: where signing in fails now, ALTER CONNECTION in SQL takes one from a secret.";
    return { ...securableView("connection", { ...before, ...wire }), hint };
  },
  text: securableText,
});
