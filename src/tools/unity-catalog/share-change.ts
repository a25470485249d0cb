// What is in a share: one object goes in or out, and what the share then holds is told.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { objects, text } from "../../workspace/fields.ts";
import type { ToolContext } from "../define.ts";
import { dryRunInput } from "../dry-run.ts";
import { tableFields } from "../fields.ts";
import { securable, type Target } from "../targets.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { grantsOn } from "./grants.ts";
import { nameParts } from "./names.ts";
import { innerTable } from "./securable-view.ts";
import { securablePath } from "./securables.ts";
import { changeUnity, getUnity } from "./unity-api.ts";

const shared = [
  "TABLE",
  "VIEW",
  "MATERIALIZED_VIEW",
  "STREAMING_TABLE",
  "SCHEMA",
  "VOLUME",
  "MODEL",
  "FUNCTION",
] as const;

export const shareInput = {
  share: z.string().min(1, "must not be empty"),
  object_type: z.enum(shared).default("TABLE"),
  object: z.string().min(1, "must not be empty").describe("catalog.schema.name"),
  dry_run: dryRunInput,
};

interface Shared {
  readonly object_type: (typeof shared)[number];
  readonly object: string;
}

export const shareSpellings = { name: "share", share_name: "share", table_name: "object", full_name: "object" };

export const shareOutput = z.object({
  share: z.string(),
  recipients: z.array(z.string()),
  ...tableFields,
  dry_run: z.boolean(),
});

export function shareText({ columns, rows, ...rest }: z.output<typeof shareOutput>): string {
  return fieldText(fieldLines(rest), tableLines(columns, rows));
}

/** The object as the API names it. Throws `invalid_input`. */
export function sharedParts({ object_type, object }: Shared): readonly string[] {
  return object_type === "SCHEMA"
    ? nameParts(object, 2, "catalog.schema")
    : nameParts(object, 3, "catalog.schema.name");
}

/** Who reads the share reads the object: it is to be as protected as by a grant. */
export function shareTargets(input: Shared): readonly Target[] {
  return [securable(...sharedParts(input))];
}

interface ShareUpdate {
  readonly share: string;
  readonly action: "ADD" | "REMOVE";
  readonly data_object: JsonObject;
  readonly dryRun: boolean;
}

/** Makes the change, or only says what the share would then hold, and who reads it. */
export async function changeShare(context: ToolContext, { share, action, data_object, dryRun }: ShareUpdate) {
  const path = securablePath("share", share);
  const told = { share, recipients: [...(await recipientsOf(context, share))], dry_run: dryRun };
  if (!dryRun) {
    const body = { updates: [{ action, data_object }] };
    return { ...told, ...innerTable("share", await changeUnity(context, { method: "PATCH", path, body })) };
  }
  const present = objects(await getUnity(context, path, { include_shared_data: true }), "objects");
  const others = present.filter((one) => !isSame(one, data_object));
  const isThere = others.length < present.length;
  if (isThere !== (action === "REMOVE")) {
    throw new MortarError(
      isThere ? "already_exists" : "not_found",
      `${text(data_object, "name")} is ${isThere ? "already" : "not"} in the share ${share}`,
      { hint: "`get_securable` shows what a share holds." },
    );
  }
  return { ...told, ...innerTable("share", { objects: isThere ? others : [...others, data_object] }) };
}

function isSame(one: JsonObject, other: JsonObject): boolean {
  return (
    text(one, "name")?.toLowerCase() === text(other, "name")?.toLowerCase() &&
    text(one, "data_object_type") === text(other, "data_object_type")
  );
}

/** Who reads the share now. */
export async function recipientsOf(context: ToolContext, share: string): Promise<readonly string[]> {
  const grants = await grantsOn(context, { type: "share", fullName: share });
  return [...new Set(grants.map(({ principal }) => principal))];
}

export const partitionsInput = z
  .array(
    z.array(
      z.strictObject({
        name: z.string().min(1),
        op: z.enum(["EQUAL", "LIKE"]).default("EQUAL"),
        value: z.string().optional(),
        recipient_property_key: z.string().optional(),
      }),
    ),
  )
  .optional()
  .describe("Only these partitions of a table: conditions that hold together, in one list each");

type Partitions = z.output<typeof partitionsInput>;

/** Partitions for the wire. Throws `invalid_input` where a condition has no value, or two. */
export function partitionsBody(partitions: Partitions): object | undefined {
  for (const { name, value, recipient_property_key: key } of partitions?.flat() ?? []) {
    if ((value === undefined) === (key === undefined)) {
      throw new MortarError(
        "invalid_input",
        `The condition on ${JSON.stringify(name)} needs one thing to compare with`,
        {
          hint: "Give value, or recipient_property_key for what each recipient has under that name.",
        },
      );
    }
  }
  return partitions === undefined ? undefined : { partitions: partitions.map((values) => ({ values })) };
}
