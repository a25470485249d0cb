// Statements that give rows: queries, EXPLAIN, DESCRIBE QUERY.
import type { SqlTable } from "../engine.ts";
import { SqlFault } from "../engine.ts";
import { analyzeQuery } from "../analyze/query.ts";
import type { OutputColumn } from "../analyze/context.ts";
import { unsupported } from "../faults.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseQuery } from "../parse/queries.ts";
import { describeType, duckType, typeName, typeText } from "../types.ts";
import { valueText } from "../values.ts";
import type { Action, Construct, StatementSession } from "./define.ts";
import { textTable } from "./define.ts";

/** A query: SELECT, VALUES, TABLE, WITH. */
export function queryAction(cursor: Cursor): Action {
  const query = parseQuery(cursor);
  return async (session) => {
    const typed = analyzeQuery(query, undefined, session.context());
    for (const column of typed.columns) {
      if (column.type.kind === "interval") throw unsupported("a result of the type INTERVAL");
    }
    return readRows(session, typed.sql, typed.columns);
  };
}

async function readRows(session: StatementSession, sql: string, columns: readonly OutputColumn[]): Promise<SqlTable> {
  const { signal, rowLimit } = session;
  const result = await session.connection.run(sql, { signal, rows: rowLimit });
  for (const [index, column] of columns.entries()) checkType(column, result.types[index]);
  const rows = result.rows.map((row) => columns.map((column, index) => valueText(row[index] ?? null, column.type)));
  return {
    columns: columns.map(({ name, type }) => ({ name, typeName: typeName(type), typeText: typeText(type) })),
    rows,
    ...(result.truncated ? { truncated: true } : {}),
  };
}

/** The type that was worked out must be the one that DuckDB gave: otherwise the answer may be wrong, and is not given. */
function checkType(column: OutputColumn, actual: string | undefined): void {
  const expected = duckType(column.type);
  if (actual?.replaceAll('"', "").toLowerCase() === expected.replaceAll('"', "").toLowerCase()) return;
  throw new SqlFault(
    "INTERNAL_ERROR",
    "XX000",
    `The emulator took column ${column.name} for ${typeText(column.type)}, but it is ${actual ?? "missing"}. This is a defect of the emulator.`,
  );
}

function explain(cursor: Cursor): Action {
  cursor.expect("EXPLAIN");
  const mode = ["EXTENDED", "FORMATTED", "COST", "CODEGEN"].find((word) => cursor.at(word));
  if (mode === "CODEGEN" || mode === "COST") throw unsupported(`EXPLAIN ${mode}`);
  if (mode !== undefined) cursor.next();
  const query = parseQuery(cursor);
  return async (session) => {
    const typed = analyzeQuery(query, undefined, session.context());
    const { rows } = await session.connection.run(`EXPLAIN ${typed.sql}`, { signal: session.signal });
    return textTable([{ name: "plan" }], [[rows.map((row) => String(row[1] ?? row[0])).join("\n")]]);
  };
}

/** DESCRIBE QUERY: names and types, without running it. */
export function describeQuery(cursor: Cursor): Action {
  cursor.next();
  cursor.accept("QUERY");
  const query = parseQuery(cursor);
  return async (session) => {
    const typed = analyzeQuery(query, undefined, session.context());
    return textTable(
      [{ name: "col_name" }, { name: "data_type" }, { name: "comment" }],
      typed.columns.map(({ name, type }) => [name, describeType(type), null]),
    );
  };
}

export const queryConstructs: readonly Construct[] = [
  {
    name: "EXPLAIN",
    starts: ["EXPLAIN"],
    usage: "EXPLAIN [EXTENDED | FORMATTED] query; the plan is DuckDB's",
    parse: explain,
  },
];
