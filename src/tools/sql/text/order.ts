// In which order the statements of one text may run: each behind all that it may depend on, and side by side where that is proven.
import type { SqlStatement } from "./split.ts";
import { mayMeet, tableUse, type TableName, type TableUse } from "./tables.ts";

export interface OrderedStatement {
  readonly statement: SqlStatement;
  readonly use: TableUse;
  /** Indices of earlier statements that have to be done first. */
  readonly behind: readonly number[];
}

/**
 * The hazard graph: an edge from each statement to those before it that write what it reads or writes, or read what it
 * writes. A view may read any table, so a table counts as known only where the same text made it. No edge means that the
 * order makes no difference.
 */
export function orderStatements(statements: readonly SqlStatement[]): readonly OrderedStatement[] {
  const uses = statements.map(({ tokens }) => tableUse(tokens));
  const known = tablesBefore(uses);
  return statements.map((statement, at) => {
    const use = uses[at] ?? everything;
    const behind = uses.slice(0, at).flatMap((earlier, index) => {
      const isHazard =
        isBarrier(earlier) ||
        isBarrier(use) ||
        meets(earlier.writes, use.writes, undefined) ||
        meets(earlier.writes, use.reads, known[at] ?? []) ||
        meets(use.writes, earlier.reads, known[index] ?? []);
      return isHazard ? [index] : [];
    });
    return { statement, use, behind };
  });
}

const everything: TableUse = { reads: undefined, writes: undefined };

/** For each statement the names that are certainly tables when it runs: made by the text, and nothing else since. */
function tablesBefore(uses: readonly TableUse[]): readonly (readonly TableName[])[] {
  let made: readonly TableName[] = [];
  return uses.map(({ writes, makes, replaces }) => {
    const before = made;
    if (writes === undefined) made = [];
    else if (replaces === true) made = made.filter((name) => !writes.some((other) => mayMeet(name, other)));
    if (makes !== undefined) made = [...made, makes];
    return before;
  });
}

/** Something of the session changes: names and results of all that follows hang on it. */
function isBarrier({ session, uses }: TableUse): boolean {
  return session !== undefined || uses !== undefined;
}

/** Whether what one writes may be what the other touches. With `known`, names outside it may be views over anything. */
function meets(
  written: TableUse["writes"],
  touched: readonly TableName[] | undefined,
  known: readonly TableName[] | undefined,
): boolean {
  if (written?.length === 0 || touched?.length === 0) return false;
  if (written === undefined || touched === undefined) return true;
  return touched.some((name) => {
    const isTable = known === undefined || known.some((one) => one.join("\0") === name.join("\0"));
    return !isTable || written.some((other) => mayMeet(name, other));
  });
}
