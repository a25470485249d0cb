// update_securable: the name, owner, comment and properties of an object, shown before they are changed.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, type Json, type JsonObject } from "../../platform/json.ts";
import { defineTool } from "../define.ts";
import { dryRunInput } from "../dry-run.ts";
import { question } from "../question.ts";
import { reachedTargets } from "./held-places.ts";
import { fieldLines, fieldText } from "../text.ts";
import {
  fullNameInput,
  fullNameOf,
  kindWord,
  securablePath,
  securableParts,
  securableTargets,
  securableTypeInput,
} from "./securables.ts";
import { changeUnity, getUnity } from "./unity-api.ts";

const updated = ["catalog", "schema", "table", "volume", "function", "share", "recipient", "provider"] as const;

export const updateSecurable = defineTool({
  name: "update_securable",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Change an object of Unity Catalog",
  description:
    "Renames an object, gives it another owner or comment, or replaces its properties. Tables and functions: the owner alone.",
  input: z.strictObject({
    securable_type: securableTypeInput(updated),
    full_name: fullNameInput,
    new_name: z.string().min(1).optional().describe("The last part alone"),
    owner: z.string().min(1).optional(),
    comment: z.string().optional(),
    properties: z.record(z.string(), z.string()).optional().describe("Catalogs, schemas: all of them"),
    isolation_mode: z
      .enum(["OPEN", "ISOLATED"])
      .optional()
      .describe("Catalogs: every workspace, or those that are bound"),
    dry_run: dryRunInput,
  }),
  output: z.object({
    securable_type: z.string(),
    full_name: z.string(),
    before: z.record(z.string(), z.string()),
    after: z.record(z.string(), z.string()),
    dry_run: z.boolean(),
  }),
  spellings: { object_type: "securable_type", name: "full_name" },
  confirm: ({ securable_type, full_name, new_name, owner, properties, isolation_mode }) => {
    const changes = Object.entries({ "new name": new_name, owner, properties, "isolation mode": isolation_mode });
    const asked = changes.flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`],
    );
    return asked.length === 0 ? undefined : question`Change ${asked} of the ${kindWord(securable_type)} ${full_name}?`;
  },
  targets: async ({ securable_type: type, full_name, new_name }, context) => {
    const targets = await reachedTargets(context, type, full_name);
    if (new_name === undefined || securableTargets(type, full_name).length === 0) return targets;
    // What is renamed takes a place, too.
    return [...targets, { kind: "securable", name: [...securableParts(type, full_name).slice(0, -1), new_name] }];
  },
  run: async (context, { securable_type: type, full_name, dry_run, ...wish }) => {
    const path = securablePath(type, full_name);
    const body = presentOf(wish);
    checkWish(type, Object.keys(body));
    const before = fieldsOf(await getUnity(context, path), Object.keys(body));
    const known = { securable_type: type, full_name: fullNameOf(type, full_name), before, dry_run };
    if (dry_run) return { ...known, after: fieldsOf({ ...body, name: wish.new_name ?? "" }, Object.keys(body)) };
    const wire = await changeUnity(context, { method: "PATCH", path, body, idempotent: wish.new_name === undefined });
    return { ...known, after: fieldsOf({ ...body, ...wire }, Object.keys(body)) };
  },
  text: (output) => fieldText(fieldLines(output)),
});

const more: Readonly<Record<(typeof updated)[number], readonly string[]>> = {
  catalog: ["new_name", "comment", "properties", "isolation_mode"],
  schema: ["new_name", "comment", "properties"],
  table: [],
  volume: ["new_name", "comment"],
  function: [],
  share: ["new_name", "comment"],
  recipient: ["new_name", "comment"],
  provider: ["new_name", "comment"],
};

function checkWish(type: (typeof updated)[number], names: readonly string[]): void {
  const takes = ["owner", ...more[type]];
  if (names.length > 0 && names.every((name) => takes.includes(name))) return;
  const wrong = names.filter((name) => !takes.includes(name)).join(", ");
  throw new MortarError(
    "invalid_input",
    wrong === "" ? "Nothing is to be changed" : `A ${type} has no ${wrong} to change here`,
    {
      hint: `Give ${takes.join(", ")}. \`set_comment\` writes the comment of a table; SQL renames it.`,
    },
  );
}

function presentOf(wish: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(wish).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** The fields under the names of the wish; `new_name` is the name. */
function fieldsOf(wire: JsonObject, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = wire[name === "new_name" ? "name" : name];
      if (value === undefined || value === null) return [];
      return [[name === "new_name" ? "name" : name, isObject(value) ? JSON.stringify(value) : String(value)]];
    }),
  );
}
