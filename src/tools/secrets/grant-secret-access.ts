// grant_secret_access: one principal's permission on a scope, in the place of the one that stood there.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { dryRunInput } from "../dry-run.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { principalInput, scopeInput } from "./fields.ts";
import { changeSecrets, secretAcls } from "./secrets-api.ts";

export const grantSecretAccess = defineTool({
  name: "grant_secret_access",
  toolset: "secrets",
  effect: "destructive",
  idempotent: true,
  title: "Grant use of a secret scope",
  description: "Sets what a principal may do with a secret scope; it replaces what was granted to it before.",
  input: z.strictObject({
    scope: scopeInput,
    principal: principalInput,
    permission: z.enum(["READ", "WRITE", "MANAGE"]),
    dry_run: dryRunInput,
  }),
  output: z.object({
    scope: z.string(),
    principal: z.string(),
    before: z.string().optional(),
    after: z.string(),
    dry_run: z.boolean(),
  }),
  confirm: ({ scope, principal, permission }) =>
    question`Let ${principal} ${permission} the secrets of the scope ${scope}, instead of what it may now?`,
  targets: nowhere,
  run: async (context, { scope, principal, permission, dry_run }) => {
    const before = (await secretAcls(context, scope)).find((one) => one.principal === principal)?.permission;
    if (!dry_run) await changeSecrets(context, "acls/put", { scope, principal, permission });
    return { scope, principal, before, after: permission, dry_run };
  },
  text: (output) => fieldText(fieldLines(output)),
});
