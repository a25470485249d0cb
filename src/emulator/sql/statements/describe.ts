// DESCRIBE of tables, views, schemas, catalogs, queries, and the history of a table.
import type { TableDocument } from "../catalog-documents.ts";
import { tableQuery } from "../analyze/relations.ts";
import type { SqlTable } from "../engine.ts";
import { tableNotFound, unsupported } from "../faults.ts";
import { showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { startsQuery } from "../parse/queries.ts";
import { describeType, mapOf, types } from "../types.ts";
import { tableTypeOf } from "../securables.ts";
import { describeJson } from "./describe-json.ts";
import { requireKind } from "./drops.ts";
import { textTable, type Action, type Construct, type Path, type StatementSession } from "./define.ts";
import { describeQuery } from "./query.ts";

function describe(cursor: Cursor): Action {
  if (cursor.peek(1).upper === "QUERY" && cursor.peek(2).kind !== "end") return describeQuery(cursor);
  const start = cursor.position;
  cursor.next();
  if (!cursor.at("TABLE") && startsQuery(cursor)) {
    cursor.rewind(start);
    return describeQuery(cursor);
  }
  if (cursor.accept("HISTORY")) return describeHistory(cursor);
  if (cursor.accept("CATALOG")) return describeCatalog(cursor);
  if (cursor.accept("SCHEMA") || cursor.accept("DATABASE")) return describeSchema(cursor);
  for (const word of [
    "DETAIL",
    "FUNCTION",
    "VOLUME",
    "CONNECTION",
    "CREDENTIAL",
    "EXTERNAL",
    "PROVIDER",
    "RECIPIENT",
    "SHARE",
    "STORAGE",
  ]) {
    if (cursor.at(word) && cursor.peek(1).kind !== "end" && cursor.peek(1).text !== ".")
      throw unsupported(`DESCRIBE ${word}`);
  }
  return describeTable(cursor);
}

function describeTable(cursor: Cursor): Action {
  cursor.accept("TABLE");
  const extended = cursor.accept("EXTENDED") || cursor.accept("FORMATTED");
  const name = parseTableName(cursor);
  if (cursor.at("PARTITION")) throw unsupported("DESCRIBE ... PARTITION");
  const json = cursor.accept("AS", "JSON");
  return async (session) => {
    const view = name.length === 1 ? session.temporaryViews.get((name[0] ?? "").toLowerCase()) : undefined;
    const path = session.path(name);
    if (view !== undefined || path[1] === "information_schema") return describeColumns(session, name);
    const document = session.catalogs.table(...path);
    if (document === undefined) throw tableNotFound(showName(path));
    if (json) return describeJson(path, document);
    return tableResult([...columnRows(document), ...(extended ? detailRows(path, document) : [])]);
  };
}

type Row = readonly [name: string, type: string, comment: string | null];

function tableResult(rows: readonly Row[]): SqlTable {
  return textTable([{ name: "col_name" }, { name: "data_type" }, { name: "comment" }], rows);
}

/** Columns of what has no document: a temporary view, a table of information_schema. */
function describeColumns(session: StatementSession, name: readonly string[]): SqlTable {
  const { columns } = tableQuery(name, session.context());
  return tableResult(columns.map((column) => [column.name, describeType(column.type), null]));
}

function columnRows(document: TableDocument): Row[] {
  const rows: Row[] = document.columns.map((column) => [column.name, column.type, column.comment ?? null]);
  for (const [title, names] of [
    ["# Partition Information", document.partitionedBy],
    ["# Clustering Information", document.clusterBy],
  ] as const) {
    if (names.length === 0) continue;
    rows.push([title, "", ""], ["# col_name", "data_type", "comment"]);
    for (const name of names) {
      const column = document.columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
      rows.push([name, column?.type ?? "", column?.comment ?? null]);
    }
  }
  return rows;
}

function detailRows([catalog, schema, table]: Path, document: TableDocument): Row[] {
  const details: [string, string | undefined][] = [
    ["Catalog", catalog],
    ["Database", schema],
    ["Table", table],
    ["Created Time", clockText(document.createdAt)],
    ["Last Access", "UNKNOWN"],
    ["Created By", "Spark "],
    ["Type", tableTypeOf(document)],
    ["Comment", document.comment],
    ["View Text", document.view?.text],
    [
      "View Catalog and Namespace",
      document.view === undefined ? undefined : `${document.view.catalog}.${document.view.schema}`,
    ],
    ["Provider", document.kind === "view" ? undefined : "delta"],
    ["Owner", document.owner],
    ["Is_managed_location", document.kind === "view" ? undefined : "true"],
    [
      "Table Properties",
      `[${Object.entries(document.properties)
        .map(([key, value]) => `${key}=${value}`)
        .join(",")}]`,
    ],
  ];
  const rows: Row[] = [
    ["", "", ""],
    ["# Detailed Table Information", "", ""],
  ];
  for (const [name, value] of details) if (value !== undefined) rows.push([name, value, ""]);
  return rows;
}

/** `Sat Nov 21 01:02:03 UTC 2026`. */
function clockText(millis: number): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = new Date(millis)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

function describeCatalog(cursor: Cursor): Action {
  const extended = cursor.accept("EXTENDED");
  const name = cursor.name();
  return async (session) => {
    const { document } = session.catalogs.catalog(name);
    const rows: [string, string][] = [
      ["Catalog Name", name.toLowerCase()],
      ["Comment", document.comment ?? ""],
      ["Owner", document.owner],
      ["Catalog Type", "Regular"],
    ];
    if (extended) rows.push(["Created By", document.owner], ["Created At", clockText(document.createdAt)]);
    return textTable([{ name: "info_name" }, { name: "info_value" }], rows);
  };
}

function describeSchema(cursor: Cursor): Action {
  const extended = cursor.accept("EXTENDED");
  const name = parseTableName(cursor);
  return async (session) => {
    const [catalog, schema] = session.schemaPath(name);
    const { document } = session.catalogs.schema(catalog, schema);
    const rows: [string, string][] = [
      ["Catalog Name", catalog],
      ["Namespace Name", schema],
      ["Comment", document.comment ?? ""],
      ["Owner", document.owner],
    ];
    const pairs = Object.entries(document.properties).map(([key, value]) => `(${key},${value})`);
    if (extended) rows.push(["Properties", pairs.length === 0 ? "" : `(${pairs.join(", ")})`]);
    return textTable([{ name: "database_description_item" }, { name: "database_description_value" }], rows);
  };
}

function describeHistory(cursor: Cursor): Action {
  const name = parseTableName(cursor);
  const limit = cursor.accept("LIMIT") ? cursor.integer() : undefined;
  return async (session) => {
    const path = session.path(name);
    const document = session.catalogs.table(...path);
    if (document === undefined) throw tableNotFound(showName(path));
    requireKind(document, "table", { path, statement: "DESCRIBE HISTORY" });
    const entries = (await session.catalogs.history(...path)).slice(0, limit);
    const texts = mapOf(types.string, types.string);
    const columns = [
      { name: "version", type: types.long },
      { name: "timestamp", type: types.timestamp },
      { name: "userName" },
      { name: "operation" },
      { name: "operationParameters", type: texts },
      { name: "operationMetrics", type: texts },
    ];
    const rows = entries.map((entry) => [
      String(entry.version),
      new Date(entry.at).toISOString(),
      entry.user,
      entry.operation,
      JSON.stringify(entry.parameters),
      JSON.stringify(entry.metrics),
    ]);
    return textTable(columns, rows);
  };
}

export const describeConstructs: readonly Construct[] = [
  {
    name: "DESCRIBE",
    starts: ["DESCRIBE", "DESC"],
    usage:
      "DESCRIBE [TABLE] [EXTENDED] name; DESCRIBE CATALOG | SCHEMA [EXTENDED] name; DESCRIBE [QUERY] query; DESCRIBE HISTORY table",
    parse: describe,
  },
];
