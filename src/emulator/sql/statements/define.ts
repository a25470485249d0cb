// What a statement is to the engine: words it starts with, a parser, and an action on the session.
import type { SqlTable } from "../engine.ts";
import type { Beyond } from "../beyond.ts";
import type { Catalogs } from "../catalogs.ts";
import type { Context } from "../analyze/context.ts";
import type { Connection } from "../database.ts";
import type { Query } from "../parse/ast.ts";
import type { Cursor } from "../parse/cursor.ts";
import { typeName, types, typeText, type DataType } from "../types.ts";

export interface TemporaryView {
  readonly query: Query;
  readonly names: readonly string[];
  readonly within: Context;
  readonly text: string;
}

/** Catalog, schema and name of something, all in lower case. */
export type Path = readonly [catalog: string, schema: string, name: string];

/** What a statement runs in. */
export interface StatementSession {
  readonly catalogs: Catalogs;
  readonly connection: Connection;
  readonly user: string;
  readonly signal: AbortSignal | undefined;
  /** Rows that the caller wants at most. */
  readonly rowLimit: number | undefined;
  readonly now: () => number;
  /** The workspace around the catalogs; absent where the engine stands alone. */
  readonly beyond?: Beyond | undefined;
  catalog: string;
  schema: string;
  readonly temporaryViews: Map<string, TemporaryView>;
  /** A fresh context for analysis, with the session's current catalog and schema. */
  context(): Context;
  /** The full path of a table, view or volume name of one to three parts. */
  path(name: readonly string[]): Path;
  /** Catalog and schema of a schema name of one or two parts. */
  schemaPath(name: readonly string[]): readonly [catalog: string, schema: string];
}

export type Action = (session: StatementSession) => Promise<SqlTable>;

export interface Construct {
  /** For the document and for messages: `CREATE TABLE`. */
  readonly name: string;
  /** Words that a statement of this kind starts with; several ways are several entries. */
  readonly starts: readonly string[];
  readonly usage: string;
  /** Reads the whole statement, its first words included, and gives what it does. */
  readonly parse: (cursor: Cursor) => Action;
}

export interface Cell {
  readonly name: string;
  readonly type?: DataType;
}

/** A small result of texts, made here and not by DuckDB. */
export function textTable(columns: readonly Cell[], rows: readonly (readonly (string | null)[])[]): SqlTable {
  return {
    columns: columns.map(({ name, type = types.string }) => ({
      name,
      typeName: typeName(type),
      typeText: typeText(type),
    })),
    rows,
  };
}

export const emptyTable: SqlTable = { columns: [], rows: [] };

/** The result of a change: `num_affected_rows` and its kin. */
export function countTable(counts: Readonly<Record<string, number>>): SqlTable {
  return textTable(
    Object.keys(counts).map((name) => ({ name, type: types.long })),
    [Object.values(counts).map(String)],
  );
}
