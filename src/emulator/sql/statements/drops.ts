// DROP TABLE, DROP VIEW and TRUNCATE TABLE.
import type { TableDocument } from "../catalog-documents.ts";
import { invalidStatement, tableNotFound, unsupported } from "../faults.ts";
import { showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { tablePath } from "../physical.ts";
import { ifExists } from "./clauses.ts";
import { emptyTable, type Action, type Construct, type Path } from "./define.ts";

function dropTable(cursor: Cursor): Action {
  cursor.expect("DROP");
  const isView = cursor.accept("VIEW");
  if (!isView) cursor.expect("TABLE");
  const tolerant = ifExists(cursor);
  const name = parseTableName(cursor);
  cursor.accept("PURGE");
  return async (session) => {
    if (isView && name.length === 1 && session.temporaryViews.delete((name[0] ?? "").toLowerCase())) return emptyTable;
    const path = session.path(name);
    await session.catalogs.exclusively(session.signal, async (writer) => {
      const found = session.catalogs.table(...path);
      if (found === undefined) {
        if (tolerant) return;
        throw tableNotFound(showName(path));
      }
      requireKind(found, isView ? "view" : "table", { path, statement: `DROP ${isView ? "VIEW" : "TABLE"}` });
      const [catalog, schema, table] = path;
      await session.catalogs.changeWithin(writer, {
        catalog,
        sql: isView ? [] : [`DROP TABLE ${tablePath(...path)}`],
        drop: [{ kind: "table", schema, name: table }],
      });
    });
    return emptyTable;
  };
}

/** Refuses a view where a table is wanted, and the other way round. */
export function requireKind(
  document: TableDocument,
  kind: "table" | "view",
  where: { readonly path: Path; readonly statement: string },
): void {
  if (document.kind === kind) return;
  const [errorClass, wanted] =
    kind === "table"
      ? ["EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "a table"]
      : ["EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", "a view"];
  throw invalidStatement(
    errorClass,
    "42809",
    `'${where.statement}' expects ${wanted} but ${showName(where.path)} is a ${document.kind}.`,
  );
}

function truncate(cursor: Cursor): Action {
  cursor.expect("TRUNCATE", "TABLE");
  const name = parseTableName(cursor);
  if (cursor.at("PARTITION")) throw unsupported("TRUNCATE TABLE ... PARTITION");
  return async (session) => {
    const path = session.path(name);
    const found = session.catalogs.table(...path);
    if (found === undefined) throw tableNotFound(showName(path));
    requireKind(found, "table", { path, statement: "TRUNCATE TABLE" });
    const [catalog, schema, table] = path;
    const entry = { at: session.now(), user: session.user, operation: "TRUNCATE", parameters: {}, metrics: {} };
    await session.catalogs.change(
      { catalog, sql: [`DELETE FROM ${tablePath(...path)}`], history: [{ schema, table, entry }] },
      session.signal,
    );
    return emptyTable;
  };
}

export const dropConstructs: readonly Construct[] = [
  {
    name: "DROP TABLE",
    starts: ["DROP TABLE", "DROP VIEW"],
    usage: "DROP TABLE | VIEW [IF EXISTS] name",
    parse: dropTable,
  },
  { name: "TRUNCATE TABLE", starts: ["TRUNCATE TABLE"], usage: "TRUNCATE TABLE name", parse: truncate },
];
