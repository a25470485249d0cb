// What lists of named things share: a name filter, a page, and what is said of it.
import * as z from "zod";
import type { Listing } from "../workspace/pages.ts";
import { tableFields, tableOf, type CellValue } from "./fields.ts";
import { fitting } from "./limits.ts";
import { fieldLines, fieldText, tableLines } from "./text.ts";

export const listInput = {
  name_filter: z.string().optional().describe("Part of the name, in any case"),
  limit: z.int().min(1).max(500).default(50),
  offset: z.int().min(0).default(0),
};

export const listOutput = z.object({
  ...tableFields,
  returned: z.number(),
  total_matched: z.number(),
  truncated: z.boolean(),
  next_offset: z.number().optional(),
  hint: z.string().optional(),
});

interface ListInput {
  readonly name_filter?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface Shown<T> {
  readonly fields: Readonly<Record<string, (item: T) => CellValue | undefined>>;
  readonly textChars: number;
  /** Where nothing matches. */
  readonly nothing: string;
}

/** The page that is asked for of all that match, by name. */
export function listPage<T extends { readonly name: string }>(
  { items }: Listing<T>,
  input: ListInput,
  { fields, textChars, nothing }: Shown<T>,
) {
  const part = input.name_filter?.toLowerCase() ?? "";
  const matched = items
    .filter(({ name }) => name.toLowerCase().includes(part))
    .toSorted((one, other) => one.name.localeCompare(other.name, "en"));
  const shown = fitting(matched.slice(input.offset, input.offset + input.limit), textChars);
  const end = input.offset + shown.length;
  const isMore = end < matched.length;
  return {
    ...tableOf(shown, fields),
    returned: shown.length,
    total_matched: matched.length,
    truncated: isMore,
    next_offset: isMore ? end : undefined,
    hint: matched.length === 0 ? nothing : undefined,
  };
}

export function listText({ columns, rows, ...rest }: z.output<typeof listOutput>): string {
  return fieldText(tableLines(columns, rows), fieldLines(rest));
}
