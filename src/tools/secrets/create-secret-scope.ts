// create_secret_scope: an empty scope, whose manager is the caller.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { scopeInput } from "./fields.ts";
import { changeSecrets } from "./secrets-api.ts";

export const createSecretScope = defineTool({
  name: "create_secret_scope",
  toolset: "secrets",
  effect: "write",
  title: "Create a secret scope",
  description: "Creates an empty secret scope that only you manage.",
  input: z.strictObject({
    scope: scopeInput,
    everyone_manages: z.boolean().default(false).describe("Every user of the workspace manages it"),
  }),
  output: z.object({ scope: z.string(), managed_by: z.string(), hint: z.string() }),
  targets: nowhere,
  run: async (context, { scope, everyone_manages }) => {
    const principal = everyone_manages ? { initial_manage_principal: "users" } : {};
    await changeSecrets(context, "scopes/create", { scope, ...principal });
    const { identity } = context.workspace;
    return {
      scope,
      managed_by: everyone_manages ? "users" : await identity.userName({ signal: context.signal }),
      hint: "`put_secret` puts secrets into it, `grant_secret_access` lets others read them.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
