// SET ROW FILTER and SET MASK: functions that decide what readers of a table see.
import type { ColumnDocument, Policy, TableDocument } from "../catalog-documents.ts";
import { analyze } from "../analyze/expressions.ts";
import { invalidStatement, unresolvedColumn, routineNotFound } from "../faults.ts";
import { sameName, showName } from "../names.ts";
import type { Expression } from "../parse/ast.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { typeFromText } from "../parse/types.ts";
import { duckType, types, type DataType } from "../types.ts";
import { converts } from "../coercion.ts";
import type { Alter } from "./alteration.ts";
import { columnNames } from "./clauses.ts";
import type { StatementSession } from "./define.ts";

/** What comes after SET ROW FILTER. */
export function setRowFilter(cursor: Cursor): Alter {
  const name = parseTableName(cursor);
  cursor.expect("ON");
  const columns = columnNames(cursor);
  return (session, document) => {
    const rowFilter = policyOf(session, { name, document, columns });
    requireType(session, { policy: rowFilter, document, columns, wanted: types.boolean });
    return { sql: [], document: { ...document, rowFilter } };
  };
}

/** What comes after ALTER COLUMN name SET MASK. */
export function setMask(cursor: Cursor, column: string): Alter {
  const name = parseTableName(cursor);
  const using = cursor.accept("USING", "COLUMNS") ? columnNames(cursor) : [];
  return (session, document) => {
    const found = columnOf(document, column);
    const columns = [found.name, ...using];
    const mask = { ...policyOf(session, { name, document, columns }), columns: using };
    requireType(session, { policy: mask, document, columns, wanted: typeFromText(found.type) });
    const next = { ...found, mask };
    return {
      sql: [],
      document: { ...document, columns: document.columns.map((each) => (each === found ? next : each)) },
    };
  };
}

interface Wish {
  readonly name: readonly string[];
  readonly document: TableDocument;
  readonly columns: readonly string[];
}

function policyOf(session: StatementSession, { name, document, columns }: Wish): Policy {
  const path = session.path(name);
  if (session.catalogs.routine(...path) === undefined) throw routineNotFound(path);
  return { function: path, columns: columns.map((each) => columnOf(document, each).name) };
}

interface Fit {
  readonly policy: Policy;
  readonly document: TableDocument;
  readonly columns: readonly string[];
  readonly wanted: DataType;
}

/** The call must be right for the columns that it is given, and give the wanted type. */
function requireType(session: StatementSession, { policy, document, columns, wanted }: Fit): void {
  const scope = {
    columns: document.columns.map((column) => {
      const type = typeFromText(column.type);
      return { name: column.name, type, sql: `CAST(NULL AS ${duckType(type)})`, qualifier: [] };
    }),
    parent: undefined,
  };
  const args = columns.map((column): Expression => ({ node: "column", parts: [column] }));
  const [, , name] = policy.function;
  const piece = analyze({ node: "call", name, path: policy.function, args, distinct: false }, scope, session.context());
  if (converts(piece.type, wanted)) return;
  throw invalidStatement(
    "INVALID_POLICY_FUNCTION",
    "42K0E",
    `The function ${showName(policy.function)} does not give the type that the policy needs.`,
  );
}

function columnOf(document: TableDocument, column: string): ColumnDocument {
  const found = document.columns.find(({ name }) => sameName(name, column));
  if (found !== undefined) return found;
  throw unresolvedColumn(showName([column]), document.columns.map(({ name }) => showName([name])).slice(0, 5));
}
