// ALTER TABLE and COMMENT ON.
import type { ColumnDocument, TableDocument } from "../catalog-documents.ts";
import { tablePath } from "../physical.ts";
import { moveHistory } from "../catalogs.ts";
import { alreadyExists, invalidStatement, tableNotFound, unresolvedColumn, unsupported } from "../faults.ts";
import { quoteName, sameName, showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { parseType, typeFromText } from "../parse/types.ts";
import { describeType, duckType, requireStorable } from "../types.ts";
import {
  columnDefinition,
  columnNames,
  constraintText,
  duplicateColumn,
  ifExists,
  properties,
  propertyKey,
  type ColumnDefinition,
} from "./clauses.ts";
import { emptyTable, type Action, type Construct, type StatementSession } from "./define.ts";
import { requireKind } from "./drops.ts";
import type { Alter } from "./alteration.ts";
import { policiesOn } from "../policies.ts";
import { setMask, setRowFilter } from "./policies.ts";
import { tagEdit, tagged } from "./tags.ts";
import { requireWider } from "./widening.ts";

function alterTable(cursor: Cursor): Action {
  cursor.expect("ALTER", "TABLE");
  const name = parseTableName(cursor);
  const alter = parseAlteration(cursor);
  return async (session) => {
    const path = session.path(name);
    await session.catalogs.exclusively(session.signal, async (writer) => {
      const found = session.catalogs.table(...path);
      if (found === undefined) throw tableNotFound(showName(path));
      requireKind(found, "table", { path, statement: "ALTER TABLE" });
      const made = alter(session, found, path);
      const [catalog, schema, table] = path;
      const to = made.path ?? path;
      const entry = {
        at: session.now(),
        user: session.user,
        operation: made.operation ?? "",
        parameters: {},
        metrics: {},
      };
      const document = { ...made.document, updatedAt: session.now() };
      await session.catalogs.changeWithin(writer, {
        catalog,
        sql: made.sql,
        ...(made.path === undefined ? {} : { drop: [{ kind: "table", schema, name: table } as const] }),
        put: [{ key: { kind: "table", schema: to[1], name: to[2] }, document }],
        history: made.operation === undefined ? [] : [{ schema: to[1], table: to[2], entry }],
      });
    });
    return emptyTable;
  };
}

function parseAlteration(cursor: Cursor): Alter {
  if (cursor.accept("ADD", "COLUMNS") || cursor.accept("ADD", "COLUMN")) return addColumns(cursor);
  if (cursor.at("ADD", "CONSTRAINT") || cursor.at("ADD", "PRIMARY") || cursor.at("ADD", "FOREIGN"))
    return addConstraint(cursor);
  if (cursor.accept("RENAME", "TO")) return renameTable(cursor);
  if (cursor.accept("RENAME", "COLUMN")) return renameColumn(cursor);
  if (cursor.accept("DROP", "COLUMNS") || cursor.accept("DROP", "COLUMN")) return dropColumns(cursor);
  if (cursor.accept("ALTER", "COLUMN") || cursor.accept("CHANGE", "COLUMN") || cursor.accept("ALTER"))
    return alterColumn(cursor);
  if (cursor.accept("SET", "TBLPROPERTIES")) return setProperties(properties(cursor));
  if (cursor.accept("UNSET", "TBLPROPERTIES")) return unsetProperties(cursor);
  if (cursor.accept("SET", "OWNER", "TO") || cursor.accept("OWNER", "TO")) return setOwner(cursor.name());
  if (cursor.accept("CLUSTER", "BY")) return clusterBy(cursor);
  if (cursor.accept("SET", "ROW", "FILTER")) return setRowFilter(cursor);
  if (cursor.accept("DROP", "ROW", "FILTER"))
    return (_session, document) => ({ sql: [], document: { ...document, rowFilter: undefined } });
  const tags = tagEdit(cursor);
  if (tags !== undefined) return (_session, document) => ({ sql: [], document: tagged(document, undefined, tags) });
  throw unsupported(
    `ALTER TABLE ... ${cursor.peek().text.toUpperCase()} ${cursor.peek(1).text.toUpperCase()}`.trimEnd(),
  );
}

function addColumns(cursor: Cursor): Alter {
  const several = cursor.accept("(");
  const added: ColumnDefinition[] = [];
  do {
    if (cursor.accept("IF", "NOT", "EXISTS")) throw unsupported("ADD COLUMN IF NOT EXISTS");
    added.push(columnDefinition(cursor));
    if (cursor.at("FIRST") || cursor.at("AFTER")) throw unsupported("FIRST and AFTER of ADD COLUMN");
  } while (cursor.accept(","));
  if (several) cursor.expect(")");
  return (_session, document, path) => {
    const columns: ColumnDocument[] = [...document.columns];
    for (const column of added) {
      if (columns.some((other) => sameName(other.name, column.name))) throw duplicateColumn(column.name);
      if (!column.nullable) throw unsupported("ADD COLUMN with NOT NULL");
      requireStorable(column.type, column.name);
      columns.push({
        name: column.name,
        type: describeType(column.type),
        nullable: true,
        comment: column.comment,
        default: column.default,
      });
    }
    const sql = added.map(
      (column) => `ALTER TABLE ${tablePath(...path)} ADD COLUMN ${quoteName(column.name)} ${duckType(column.type)}`,
    );
    return { operation: "ADD COLUMNS", sql, document: { ...document, columns } };
  };
}

function addConstraint(cursor: Cursor): Alter {
  cursor.expect("ADD");
  const text = constraintText(cursor);
  return (_session, document) => ({
    operation: "ADD CONSTRAINT",
    sql: [],
    document: { ...document, constraints: [...document.constraints, text] },
  });
}

function renameTable(cursor: Cursor): Alter {
  const name = parseTableName(cursor);
  return (session, document, path) => {
    const to = session.path(name);
    if (to[0] !== path[0] || to[1] !== path[1]) throw unsupported("ALTER TABLE ... RENAME TO another schema");
    if (session.catalogs.table(...to) !== undefined) throw alreadyExists("TABLE_OR_VIEW", showName(to));
    return {
      sql: [`ALTER TABLE ${tablePath(...path)} RENAME TO ${quoteName(to[2])}`, moveHistory(path, to)],
      document,
      path: to,
    };
  };
}

function requireColumn(document: TableDocument, name: string): ColumnDocument {
  const found = document.columns.find((column) => sameName(column.name, name));
  if (found !== undefined) return found;
  throw unresolvedColumn(showName([name]), document.columns.map((column) => showName([column.name])).slice(0, 5));
}

function renameColumn(cursor: Cursor): Alter {
  const from = cursor.name();
  cursor.expect("TO");
  const to = cursor.name();
  return (_session, document, path) => {
    const column = requireColumn(document, from);
    if (!sameName(from, to) && document.columns.some((other) => sameName(other.name, to))) throw duplicateColumn(to);
    requireUnread(document, column.name, "RENAME COLUMN");
    const swap = (name: string): string => (sameName(name, from) ? to : name);
    return {
      operation: "RENAME COLUMN",
      sql: [`ALTER TABLE ${tablePath(...path)} RENAME COLUMN ${quoteName(column.name)} TO ${quoteName(to)}`],
      document: {
        ...document,
        columns: document.columns.map((each) => (each === column ? { ...each, name: to } : each)),
        partitionedBy: document.partitionedBy.map(swap),
        clusterBy: document.clusterBy.map(swap),
      },
    };
  };
}

function dropColumns(cursor: Cursor): Alter {
  const tolerant = ifExists(cursor);
  const names = cursor.at("(") ? columnNames(cursor) : [cursor.name()];
  return (_session, document, path) => {
    const present = tolerant
      ? names.filter((name) => document.columns.some((column) => sameName(column.name, name)))
      : names;
    const columns = present.map((name) => requireColumn(document, name));
    for (const column of columns) {
      requireUnread(document, column.name, "DROP COLUMN");
      if (document.partitionedBy.some((name) => sameName(name, column.name)))
        throw invalidStatement(
          "DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN",
          "0AKDC",
          `Dropping the partition column ${column.name} is not allowed.`,
        );
    }
    if (columns.length >= document.columns.length) throw unsupported("dropping every column of a table");
    return {
      operation: "DROP COLUMNS",
      sql: columns.map((column) => `ALTER TABLE ${tablePath(...path)} DROP COLUMN ${quoteName(column.name)}`),
      document: { ...document, columns: document.columns.filter((column) => !columns.includes(column)) },
    };
  };
}

function alterColumn(cursor: Cursor): Alter {
  const name = cursor.name();
  if (cursor.accept("SET", "MASK")) return setMask(cursor, name);
  const tags = tagEdit(cursor);
  if (tags !== undefined) return (_session, document) => ({ sql: [], document: tagged(document, name, tags) });
  const edit = columnEdit(cursor);
  return (_session, document, path) => {
    const column = requireColumn(document, name);
    const { next, sql } = edit(column, `ALTER TABLE ${tablePath(...path)} ALTER COLUMN ${quoteName(column.name)}`);
    return {
      operation: "CHANGE COLUMN",
      sql,
      document: { ...document, columns: document.columns.map((each) => (each === column ? next : each)) },
    };
  };
}

type ColumnEdit = (
  column: ColumnDocument,
  prefix: string,
) => { readonly next: ColumnDocument; readonly sql: readonly string[] };

function columnEdit(cursor: Cursor): ColumnEdit {
  if (cursor.accept("COMMENT")) {
    const comment = cursor.string();
    return (column) => ({ next: { ...column, comment }, sql: [] });
  }
  if (cursor.accept("SET", "NOT", "NULL"))
    return (column, prefix) => ({ next: { ...column, nullable: false }, sql: [`${prefix} SET NOT NULL`] });
  if (cursor.accept("DROP", "NOT", "NULL"))
    return (column, prefix) => ({ next: { ...column, nullable: true }, sql: [`${prefix} DROP NOT NULL`] });
  if (cursor.accept("DROP", "MASK")) return (column) => ({ next: { ...column, mask: undefined }, sql: [] });
  if (cursor.accept("DROP", "DEFAULT")) return (column) => ({ next: { ...column, default: undefined }, sql: [] });
  if (cursor.accept("TYPE")) {
    const type = parseType(cursor);
    return (column, prefix) => {
      requireWider(typeFromText(column.type), type, column.name);
      return { next: { ...column, type: describeType(type) }, sql: [`${prefix} TYPE ${duckType(type)}`] };
    };
  }
  throw unsupported(`ALTER COLUMN ... ${cursor.peek().text.toUpperCase()}`);
}

function requireUnread(document: TableDocument, column: string, statement: string): void {
  const [policy] = policiesOn(document, column);
  if (policy === undefined) return;
  throw invalidStatement(
    "UNSUPPORTED_FEATURE.ALTER_COLUMN_OF_POLICY",
    "0A000",
    `${statement} of \`${column}\` is not supported: the policy ${policy.function.join(".")} of the table reads it.`,
  );
}

function setProperties(given: Readonly<Record<string, string>>): Alter {
  return (_session, document) => ({
    operation: "SET TBLPROPERTIES",
    sql: [],
    document: { ...document, properties: { ...document.properties, ...given } },
  });
}

function unsetProperties(cursor: Cursor): Alter {
  const tolerant = ifExists(cursor);
  cursor.expect("(");
  const keys = cursor.listToParenthesis(() => propertyKey(cursor));
  return (_session, document) => {
    const missing = keys.find((key) => !Object.hasOwn(document.properties, key));
    if (missing !== undefined && !tolerant)
      throw invalidStatement(
        "UNSET_NONEXISTENT_PROPERTIES",
        "42K0J",
        `Attempted to unset non-existent properties [\`${missing}\`] in the table.`,
      );
    const kept = Object.entries(document.properties).filter(([key]) => !keys.includes(key));
    return {
      operation: "UNSET TBLPROPERTIES",
      sql: [],
      document: { ...document, properties: Object.fromEntries(kept) },
    };
  };
}

function setOwner(owner: string): Alter {
  return (_session, document) => ({ sql: [], document: { ...document, owner } });
}

function clusterBy(cursor: Cursor): Alter {
  const names = cursor.accept("NONE") || cursor.accept("AUTO") ? [] : columnNames(cursor);
  return (_session, document) => {
    for (const name of names) requireColumn(document, name);
    return { operation: "CLUSTER BY", sql: [], document: { ...document, clusterBy: names } };
  };
}

function commentOn(cursor: Cursor): Action {
  cursor.expect("COMMENT", "ON");
  const word = cursor.name().toUpperCase();
  const kind = word === "DATABASE" ? "SCHEMA" : word;
  if (!["CATALOG", "SCHEMA", "TABLE", "COLUMN", "VOLUME"].includes(kind)) throw unsupported(`COMMENT ON ${kind}`);
  const name = parseTableName(cursor);
  cursor.expect("IS");
  const comment = cursor.accept("NULL") ? undefined : cursor.string();
  return async (session) => {
    await setComment(session, { kind, name, comment });
    return emptyTable;
  };
}

interface Remark {
  readonly kind: string;
  readonly name: readonly string[];
  readonly comment: string | undefined;
}

async function setComment(session: StatementSession, { kind, name, comment }: Remark): Promise<void> {
  const { catalogs, signal } = session;
  if (kind === "CATALOG") {
    const catalog = (name[0] ?? "").toLowerCase();
    const document = { ...catalogs.catalog(catalog).document, comment };
    return catalogs.change(
      { catalog, sql: [], put: [{ key: { kind: "catalog", schema: "", name: "" }, document }] },
      signal,
    );
  }
  if (kind === "SCHEMA") {
    const [catalog, schema] = session.schemaPath(name);
    const document = { ...catalogs.schema(catalog, schema).document, comment };
    return catalogs.change(
      { catalog, sql: [], put: [{ key: { kind: "schema", schema, name: "" }, document }] },
      signal,
    );
  }
  const path = session.path(kind === "COLUMN" ? name.slice(0, -1) : name);
  const [catalog, schema, item] = path;
  if (kind === "VOLUME") {
    const found = catalogs.schema(catalog, schema).volumes.get(item);
    if (found === undefined)
      throw invalidStatement("VOLUME_NOT_FOUND", "42704", `Volume ${showName(path)} does not exist.`);
    return catalogs.change(
      { catalog, sql: [], put: [{ key: { kind: "volume", schema, name: item }, document: { ...found, comment } }] },
      signal,
    );
  }
  const found = catalogs.table(...path);
  if (found === undefined) throw tableNotFound(showName(path));
  const column = kind === "COLUMN" ? requireColumn(found, name.at(-1) ?? "") : undefined;
  const document =
    column === undefined
      ? { ...found, comment }
      : { ...found, columns: found.columns.map((each) => (each === column ? { ...each, comment } : each)) };
  return catalogs.change({ catalog, sql: [], put: [{ key: { kind: "table", schema, name: item }, document }] }, signal);
}

export const alterConstructs: readonly Construct[] = [
  {
    name: "ALTER TABLE",
    starts: ["ALTER TABLE"],
    usage:
      "ALTER TABLE name ADD COLUMN(S) | DROP COLUMN(S) | RENAME TO | RENAME COLUMN | ALTER COLUMN (COMMENT, SET NOT NULL, DROP NOT NULL, TYPE, SET MASK function [USING COLUMNS (names)], DROP MASK, SET TAGS, UNSET TAGS) | SET ROW FILTER function ON (names) | DROP ROW FILTER | SET TAGS | UNSET TAGS | SET TBLPROPERTIES | UNSET TBLPROPERTIES | SET OWNER TO | CLUSTER BY | ADD CONSTRAINT of a key",
    parse: alterTable,
  },
  {
    name: "COMMENT ON",
    starts: ["COMMENT ON"],
    usage: "COMMENT ON CATALOG | SCHEMA | TABLE | COLUMN | VOLUME name IS text | NULL",
    parse: commentOn,
  },
];
