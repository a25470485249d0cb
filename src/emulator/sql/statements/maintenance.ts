// Statements that keep a Delta table in shape. There are no files to arrange here: the table is checked, and nothing is done.
import type { SqlTable } from "../engine.ts";
import { invalidStatement, tableNotFound, unsupported } from "../faults.ts";
import { showName } from "../names.ts";
import type { TableName } from "../parse/ast.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseExpression } from "../parse/expressions.ts";
import { parseTableName } from "../parse/relations.ts";
import { types, type DataType } from "../types.ts";
import { columnNames } from "./clauses.ts";
import { emptyTable, textTable, type Action, type Construct, type StatementSession } from "./define.ts";
import { requireKind } from "./drops.ts";

function requireTable(session: StatementSession, name: TableName, statement: string): string {
  const path = session.path(name);
  const found = session.catalogs.table(...path);
  if (found === undefined) throw tableNotFound(showName(path));
  requireKind(found, "table", { path, statement });
  return path.join(".");
}

const counts = ["numFilesAdded", "numFilesRemoved", "numBatches", "totalConsideredFiles", "totalFilesSkipped"];
const metrics: DataType = { kind: "struct", fields: counts.map((name) => ({ name, type: types.long })) };

function optimize(cursor: Cursor): Action {
  cursor.expect("OPTIMIZE");
  const name = parseTableName(cursor);
  cursor.accept("FULL");
  if (cursor.accept("WHERE")) parseExpression(cursor);
  if (cursor.accept("ZORDER", "BY")) {
    if (cursor.at("(")) columnNames(cursor);
    else cursor.list(() => cursor.name());
  }
  return async (session) => {
    const path = requireTable(session, name, "OPTIMIZE");
    const none = Object.fromEntries(counts.map((count) => [count, "0"]));
    return textTable([{ name: "path" }, { name: "metrics", type: metrics }], [[path, JSON.stringify(none)]]);
  };
}

function vacuum(cursor: Cursor): Action {
  cursor.expect("VACUUM");
  const name = parseTableName(cursor);
  if (!cursor.accept("FULL")) cursor.accept("LITE");
  if (cursor.accept("RETAIN")) {
    parseExpression(cursor);
    cursor.expect("HOURS");
  }
  const dry = cursor.accept("DRY", "RUN");
  return async (session) => {
    const path = requireTable(session, name, "VACUUM");
    return textTable([{ name: "path" }], dry ? [] : [[path]]);
  };
}

function analyzeTable(cursor: Cursor): Action {
  cursor.expect("ANALYZE", "TABLE");
  const name = parseTableName(cursor);
  if (cursor.at("PARTITION")) throw unsupported("ANALYZE TABLE ... PARTITION");
  cursor.expect("COMPUTE");
  if (!cursor.accept("DELTA", "STATISTICS")) cursor.expect("STATISTICS");
  if (cursor.accept("FOR", "COLUMNS")) cursor.list(() => cursor.name());
  else if (!cursor.accept("FOR", "ALL", "COLUMNS")) cursor.accept("NOSCAN");
  return async (session): Promise<SqlTable> => {
    requireTable(session, name, "ANALYZE TABLE");
    return emptyTable;
  };
}

function refresh(cursor: Cursor): Action {
  cursor.expect("REFRESH");
  if (cursor.at("MATERIALIZED") || cursor.at("STREAMING")) throw unsupported(`REFRESH ${cursor.peek().upper}`);
  cursor.accept("TABLE");
  const name = parseTableName(cursor);
  return async (session) => {
    const path = session.path(name);
    if (session.catalogs.table(...path) === undefined) throw tableNotFound(showName(path));
    return emptyTable;
  };
}

/** SET of what already holds here is taken; every other setting is refused by its name. */
function set(cursor: Cursor): Action {
  cursor.expect("SET");
  if (cursor.accept("TIME", "ZONE")) return setTimeZone(cursor);
  if (cursor.atAny("VAR", "VARIABLE")) throw unsupported("SET VARIABLE");
  const parts = [cursor.name()];
  while (cursor.accept(".")) parts.push(cursor.name());
  const key = parts.join(".").toLowerCase();
  cursor.expect("=");
  const start = cursor.position;
  while (cursor.peek().kind !== "end" && !cursor.at(";")) cursor.next();
  const value = cursor
    .textBetween(start, cursor.position)
    .replace(/^['"]|['"]$/g, "")
    .toLowerCase();
  if (key === "ansi_mode" && value === "true") return async () => emptyTable;
  if (key === "timezone" && ["utc", "etc/utc"].includes(value)) return async () => emptyTable;
  if (["ansi_mode", "timezone", "use_cached_result", "statement_timeout"].includes(key))
    throw unsupported(`SET ${key} = ${value}`);
  throw invalidStatement("CONFIG_NOT_AVAILABLE", "42K0I", `Configuration ${parts.join(".")} is not available.`);
}

function setTimeZone(cursor: Cursor): Action {
  const zone = cursor.peek().kind === "string" ? cursor.string() : cursor.name();
  if (!["UTC", "ETC/UTC", "GMT", "Z"].includes(zone.toUpperCase()))
    throw unsupported(`the time zone ${zone}; the session's is UTC`);
  return async () => emptyTable;
}

export const maintenanceConstructs: readonly Construct[] = [
  {
    name: "OPTIMIZE",
    starts: ["OPTIMIZE"],
    usage: "OPTIMIZE table [WHERE condition] [ZORDER BY columns]; checks the table, changes nothing",
    parse: optimize,
  },
  {
    name: "VACUUM",
    starts: ["VACUUM"],
    usage: "VACUUM table [RETAIN n HOURS] [DRY RUN]; checks the table, changes nothing",
    parse: vacuum,
  },
  {
    name: "ANALYZE TABLE",
    starts: ["ANALYZE TABLE"],
    usage: "ANALYZE TABLE name COMPUTE STATISTICS [FOR COLUMNS ...]; checks the table, changes nothing",
    parse: analyzeTable,
  },
  { name: "REFRESH TABLE", starts: ["REFRESH"], usage: "REFRESH TABLE name; changes nothing", parse: refresh },
  { name: "SET", starts: ["SET"], usage: "SET ansi_mode = true, SET TIME ZONE 'UTC': what already holds", parse: set },
];
