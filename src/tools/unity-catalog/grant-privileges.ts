// grant_privileges: gives a principal privileges on an object.
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { reachedTargets } from "./held-places.ts";
import { grantInput, grantOutput, grantResult, grantText } from "./grant-change.ts";
import { kindWord } from "./securables.ts";
import { changeGrants, grantsOn, held, privilegesOf, securableOf } from "./grants.ts";

export const grantPrivileges = defineTool({
  name: "grant_privileges",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Grant privileges",
  description:
    "Grants a principal privileges on an object of Unity Catalog. With dry_run it says what would be added and what the principal would then hold.",
  input: grantInput,
  output: grantOutput,
  confirm: ({ securable_type, full_name, principal, privileges }) =>
    question`Grant ${privileges} on the ${kindWord(securable_type)} ${full_name} to ${principal}?`,
  targets: ({ securable_type, full_name }, context) => reachedTargets(context, securable_type, full_name),
  run: async (context, { principal, privileges, dry_run, ...input }) => {
    const on = securableOf(input);
    const asked = privilegesOf(privileges);
    const before = held(await grantsOn(context, on, principal));
    const added = asked.filter((one) => !before.includes(one));
    const expected = [...before, ...added].toSorted();
    const change = { principal, add: added };
    const after = dry_run || added.length === 0 ? expected : await changeGrants(context, on, change);
    const hint = added.length === 0 ? `It holds ${before.join(", ")} already; nothing is to be changed.` : undefined;
    return grantResult({ on, change: { principal, before, after }, dryRun: dry_run, hint });
  },
  text: grantText,
});
