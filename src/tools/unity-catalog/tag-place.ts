// What bears tags: an object, or a column of a table.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { securable, type Target } from "../targets.ts";
import { quotedName, quotedPath } from "./names.ts";
import { fullNameInput, securableParts, type SecurableType } from "./securables.ts";

const taggable = ["catalog", "schema", "table", "view", "volume"] as const;

export const tagPlaceInput = {
  securable_type: z.enum(taggable),
  full_name: fullNameInput,
  column_name: z.string().min(1).optional().describe("A column of the table, in the place of the whole"),
};

interface TagPlace {
  readonly securable_type: (typeof taggable)[number];
  readonly full_name: string;
  readonly column_name?: string | undefined;
}

/** What the statement begins with: `ALTER TABLE c.s.t ALTER COLUMN x`. Throws `invalid_input`. */
export function alterOf(place: TagPlace): string {
  const start = `ALTER ${place.securable_type.toUpperCase()} ${quotedPath(partsOf(place))}`;
  if (place.column_name === undefined) return start;
  if (place.securable_type === "table" || place.securable_type === "view") {
    return `${start} ALTER COLUMN ${quotedName(place.column_name)}`;
  }
  throw new MortarError("invalid_input", `A ${place.securable_type} has no columns`, {
    hint: "column_name goes with a table or a view.",
  });
}

export function tagTargets(place: TagPlace): readonly Target[] {
  return [securable(...partsOf(place), ...(partsOf(place).length === 1 ? [undefined] : []))];
}

function partsOf({ securable_type, full_name }: TagPlace): readonly string[] {
  const type: SecurableType = securable_type === "view" ? "table" : securable_type;
  return securableParts(type, full_name);
}
