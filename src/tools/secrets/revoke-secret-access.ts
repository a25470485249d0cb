// revoke_secret_access: one principal's permission on a scope.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { dryRunInput } from "../dry-run.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { principalInput, scopeInput } from "./fields.ts";
import { changeSecrets, secretAcls } from "./secrets-api.ts";

export const revokeSecretAccess = defineTool({
  name: "revoke_secret_access",
  toolset: "secrets",
  effect: "destructive",
  title: "Revoke use of a secret scope",
  description: "Takes from a principal what it may do with a secret scope.",
  input: z.strictObject({
    scope: scopeInput,
    principal: principalInput,
    dry_run: dryRunInput,
  }),
  output: z.object({ scope: z.string(), principal: z.string(), before: z.string(), dry_run: z.boolean() }),
  confirm: ({ scope, principal }) => question`Take from ${principal} all that it may do with the scope ${scope}?`,
  targets: nowhere,
  run: async (context, { scope, principal, dry_run }) => {
    const before = (await secretAcls(context, scope)).find((one) => one.principal === principal)?.permission;
    if (before === undefined) {
      throw new MortarError("not_found", `${principal} has no permission on the scope ${scope}`, {
        hint: "`list_secret_access` shows who has.",
      });
    }
    if (!dry_run) await changeSecrets(context, "acls/delete", { scope, principal });
    return { scope, principal, before, dry_run };
  },
  text: (output) => fieldText(fieldLines(output)),
});
