// Who may do what with an object: read from the workspace, and changed by it. Shares keep theirs at a path of their own.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { objects, text, texts } from "../../workspace/fields.ts";
import type { ToolContext } from "../define.ts";
import { fullNameOf, securableTypeInput, type SecurableType } from "./securables.ts";
import { changeUnity, listUnity, unityPath } from "./unity-api.ts";

export const grantableInput = securableTypeInput([
  "catalog",
  "schema",
  "table",
  "volume",
  "function",
  "storage_credential",
  "external_location",
  "connection",
  "share",
  "metastore",
]);

export interface Securable {
  readonly type: SecurableType;
  readonly fullName: string;
}

/** The object of the arguments. Throws `invalid_input` for a name that is not whole. */
export function securableOf(input: { readonly securable_type: SecurableType; readonly full_name: string }): Securable {
  return { type: input.securable_type, fullName: fullNameOf(input.securable_type, input.full_name) };
}

export interface Grant {
  readonly principal: string;
  readonly privilege: string;
  /** Where it comes from, when not from the object itself. */
  readonly fromType?: string | undefined;
  readonly fromName?: string | undefined;
}

/** What is granted on the object itself. */
export async function grantsOn(context: ToolContext, on: Securable, principal?: string): Promise<readonly Grant[]> {
  const { items } = await listUnity(context, {
    path: grantsPath(on),
    field: "privilege_assignments",
    // Shares know no such filter, and tell of their few recipients alone.
    query: on.type === "share" ? {} : { principal },
  });
  const found = items.flatMap(plainGrants);
  return principal === undefined ? found : found.filter((one) => samePrincipal(one.principal, principal));
}

/** What holds on the object, also from where it lies. */
export async function effectiveGrants(
  context: ToolContext,
  { type, fullName }: Securable,
  principal?: string,
): Promise<readonly Grant[]> {
  const { items } = await listUnity(context, {
    path: unityPath("effective-permissions", type, fullName),
    field: "privilege_assignments",
    query: { principal },
  });
  return items.flatMap((assignment) =>
    objects(assignment, "privileges").map((one) => ({
      principal: text(assignment, "principal") ?? "",
      privilege: text(one, "privilege") ?? "",
      fromType: text(one, "inherited_from_type")?.toLowerCase(),
      fromName: text(one, "inherited_from_name"),
    })),
  );
}

/** Adds or takes privileges; what the principal then holds on the object itself. */
export async function changeGrants(
  context: ToolContext,
  on: Securable,
  change: { readonly principal: string; readonly add?: readonly string[]; readonly remove?: readonly string[] },
): Promise<readonly string[]> {
  const body = { changes: [change] };
  const wire = await changeUnity(context, { method: "PATCH", path: grantsPath(on), body, idempotent: true });
  // Some answers leave the principal out: then it is asked for.
  const answered = objects(wire, "privilege_assignments").flatMap(plainGrants);
  const ours = answered.filter((one) => samePrincipal(one.principal, change.principal));
  return held(ours.length > 0 ? ours : await grantsOn(context, on, change.principal));
}

export function held(grants: readonly Grant[]): readonly string[] {
  return [...new Set(grants.map(({ privilege }) => privilege))].toSorted();
}

function plainGrants(assignment: JsonObject): readonly Grant[] {
  const principal = text(assignment, "principal") ?? "";
  return texts(assignment, "privileges").map((privilege) => ({ principal, privilege }));
}

/** User names are mail addresses, which the workspace compares without case. */
function samePrincipal(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function grantsPath({ type, fullName }: Securable): `/${string}` {
  return type === "share" ? unityPath("shares", fullName, "permissions") : unityPath("permissions", type, fullName);
}

export const principalInput = z
  .string()
  .min(1, "must not be empty")
  .describe("User name, group or application id; of a share its recipient");

export const privilegesInput = z
  .array(z.string())
  .min(1, "must not be empty")
  .describe("SELECT, MODIFY, USE_SCHEMA, ALL_PRIVILEGES ...");

/** As the API writes them. Not checked against a list: new ones appear. Throws `invalid_input` for what is no word. */
export function privilegesOf(given: readonly string[]): readonly string[] {
  return [...new Set(given.map(privilegeOf))];
}

function privilegeOf(given: string): string {
  const word = given
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, "_");
  if (/^[A-Z][A-Z_]*$/.test(word)) return word;
  throw new MortarError("invalid_input", `${JSON.stringify(given.slice(0, 100))} is not a privilege`, {
    hint: "Write SELECT, MODIFY, USE_CATALOG, USE_SCHEMA, CREATE_TABLE, EXECUTE, READ_VOLUME, ALL_PRIVILEGES.",
  });
}
