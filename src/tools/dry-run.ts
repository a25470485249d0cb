// A dry run of what changes who may do what: the argument, and the exact change as the result tells it.
import * as z from "zod";
import { tableOf, type Table } from "./fields.ts";

/** The argument of every tool that changes grants. With it a call changes nothing, and so asks nobody. */
export const dryRunInput = z.boolean().default(false).describe("Only say what would change");

/** What one principal has before and after. */
export interface GrantChange {
  readonly principal: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * The rows of the change, one a principal: what is added, what is taken away, and what stands there then. Who keeps what he
 * has is left out. Put them beside `dry_run` into the output: `{ ...tableFields, dry_run: z.boolean() }`.
 */
export function grantChanges(changes: readonly GrantChange[]): Table {
  const without = (all: readonly string[], others: readonly string[]): string =>
    all.filter((one) => !others.includes(one)).join(", ");
  const rows = changes
    .map(({ principal, before, after }) => {
      return { principal, added: without(after, before), removed: without(before, after), all: after.join(", ") };
    })
    .filter(({ added, removed }) => added !== "" || removed !== "");
  return tableOf(rows, {
    principal: (one) => one.principal,
    added: (one) => one.added,
    removed: (one) => one.removed,
    after: (one) => one.all,
  });
}
