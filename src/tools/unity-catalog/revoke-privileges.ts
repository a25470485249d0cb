// revoke_privileges: takes privileges on an object from a principal.
import { defineTool, type ToolContext } from "../define.ts";
import { question } from "../question.ts";
import { reachedTargets } from "./held-places.ts";
import { grantInput, grantOutput, grantResult, grantText } from "./grant-change.ts";
import { kindWord } from "./securables.ts";
import { changeGrants, effectiveGrants, grantsOn, held, privilegesOf, securableOf, type Securable } from "./grants.ts";

export const revokePrivileges = defineTool({
  name: "revoke_privileges",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Revoke privileges",
  description:
    "Takes privileges on an object from a principal. With dry_run it says what would go and what would be left. What it has from a schema, catalog or group stays.",
  input: grantInput,
  output: grantOutput,
  confirm: ({ securable_type, full_name, principal, privileges }) =>
    question`Take ${privileges} on the ${kindWord(securable_type)} ${full_name} from ${principal}?`,
  targets: ({ securable_type, full_name }, context) => reachedTargets(context, securable_type, full_name),
  run: async (context, { principal, privileges, dry_run, ...input }) => {
    const on = securableOf(input);
    const asked = privilegesOf(privileges);
    const before = held(await grantsOn(context, on, principal));
    const removed = asked.filter((one) => before.includes(one));
    const expected = before.filter((one) => !removed.includes(one));
    const change = { principal, remove: removed };
    const after = dry_run || removed.length === 0 ? expected : await changeGrants(context, on, change);
    const left = await leftHint(context, { on, principal, asked, after });
    const hint =
      removed.length === 0 ? `It holds none of them on the ${on.type} itself. ${left ?? ""}`.trimEnd() : left;
    return grantResult({ on, change: { principal, before, after }, dryRun: dry_run, hint });
  },
  text: grantText,
});

interface Left {
  readonly on: Securable;
  readonly principal: string;
  readonly asked: readonly string[];
  readonly after: readonly string[];
}

/** What the principal can do all the same, by a wider grant or by one further up. */
async function leftHint(context: ToolContext, { on, principal, asked, after }: Left): Promise<string | undefined> {
  const all = "ALL_PRIVILEGES";
  if (after.includes(all) && !asked.includes(all)) return `It still holds ${all} here, which has the others in it.`;
  if (on.type === "share") return undefined;
  const wanted = new Set([...asked, all]);
  const inherited = (await effectiveGrants(context, on, principal)).filter(
    ({ fromName, privilege }) => fromName !== undefined && wanted.has(privilege),
  );
  if (inherited.length === 0) return undefined;
  const places = inherited.map(({ privilege, fromType, fromName }) => `${privilege} from the ${fromType} ${fromName}`);
  return `It still has ${[...new Set(places)].join(", ")}: revoke it there.`;
}
