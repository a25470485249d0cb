// USE, and making and dropping catalogs, schemas and volumes.
import { schemaPath } from "../physical.ts";
import { alreadyExists, invalidStatement, unsupported } from "../faults.ts";
import { isSharedCatalog, requireName } from "../catalogs.ts";
import { showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { ifExists, ifNotExists, properties } from "./clauses.ts";
import { emptyTable, type Action, type Construct } from "./define.ts";

function use(cursor: Cursor): Action {
  const isCatalog = cursor.accept("USE", "CATALOG") || cursor.accept("SET", "CATALOG");
  if (!isCatalog) {
    cursor.expect("USE");
    if (!cursor.accept("SCHEMA") && !cursor.accept("DATABASE")) cursor.accept("NAMESPACE");
  }
  const name = cursor.peek().kind === "string" ? [cursor.string()] : parseTableName(cursor);
  return async (session) => {
    if (isCatalog) {
      const catalog = (name[0] ?? "").toLowerCase();
      session.catalogs.catalog(catalog);
      session.catalog = catalog;
      session.schema = "default";
      return emptyTable;
    }
    const [catalog, schema] = session.schemaPath(name);
    session.catalogs.schema(catalog, schema);
    session.catalog = catalog;
    session.schema = schema;
    return emptyTable;
  };
}

function createCatalog(cursor: Cursor): Action {
  cursor.expect("CREATE");
  if (cursor.at("FOREIGN")) throw unsupported("foreign catalogs");
  cursor.expect("CATALOG");
  const tolerant = ifNotExists(cursor);
  const name = cursor.name().toLowerCase();
  if (cursor.at("USING", "SHARE")) throw unsupported("catalogs from a share");
  if (cursor.at("MANAGED", "LOCATION")) throw unsupported("MANAGED LOCATION of a catalog");
  const comment = cursor.accept("COMMENT") ? cursor.string() : undefined;
  return async (session) => {
    if (tolerant && (session.catalogs.all().has(name) || isSharedCatalog(name))) return emptyTable;
    await session.catalogs.createCatalog(name, { comment, signal: session.signal });
    return emptyTable;
  };
}

function dropCatalog(cursor: Cursor): Action {
  cursor.expect("DROP", "CATALOG");
  const tolerant = ifExists(cursor);
  const name = cursor.name().toLowerCase();
  const cascade = cursor.accept("CASCADE");
  if (!cascade) cursor.accept("RESTRICT");
  return async (session) => {
    if (!session.catalogs.all().has(name) && tolerant) return emptyTable;
    const { schemas } = session.catalogs.catalog(name);
    const filled = [...schemas].some(
      ([schema, node]) => schema !== "default" || node.tables.size + node.volumes.size + node.functions.size > 0,
    );
    if (filled && !cascade)
      throw invalidStatement(
        "SCHEMA_NOT_EMPTY",
        "2BP01",
        `Cannot drop the catalog ${showName([name])} because it contains objects. Use DROP CATALOG ... CASCADE to drop the catalog and all its objects.`,
      );
    await session.catalogs.dropCatalog(name, session.signal);
    return emptyTable;
  };
}

function createSchema(cursor: Cursor): Action {
  cursor.expect("CREATE");
  if (!cursor.accept("SCHEMA")) cursor.expect("DATABASE");
  const tolerant = ifNotExists(cursor);
  const name = parseTableName(cursor);
  let comment: string | undefined;
  let given: Record<string, string> = {};
  for (;;) {
    if (cursor.accept("COMMENT")) comment = cursor.string();
    else if (cursor.accept("WITH", "DBPROPERTIES")) given = properties(cursor);
    else if (cursor.at("LOCATION") || cursor.at("MANAGED", "LOCATION")) throw unsupported("LOCATION of a schema");
    else break;
  }
  return async (session) => {
    const [catalog, schema] = session.schemaPath(name);
    requireName(schema, "schema");
    if (schema === "information_schema" || session.catalogs.catalog(catalog).schemas.has(schema)) {
      if (tolerant) return emptyTable;
      throw alreadyExists("SCHEMA", showName([catalog, schema]));
    }
    const document = session.catalogs.newDocument(comment, given);
    await session.catalogs.change(
      {
        catalog,
        sql: [`CREATE SCHEMA ${schemaPath(catalog, schema)}`],
        put: [{ key: { kind: "schema", schema, name: "" }, document }],
      },
      session.signal,
    );
    return emptyTable;
  };
}

function dropSchema(cursor: Cursor): Action {
  cursor.expect("DROP");
  if (!cursor.accept("SCHEMA")) cursor.expect("DATABASE");
  const tolerant = ifExists(cursor);
  const name = parseTableName(cursor);
  const cascade = cursor.accept("CASCADE");
  if (!cascade) cursor.accept("RESTRICT");
  return async (session) => {
    const [catalog, schema] = session.schemaPath(name);
    if (tolerant && session.catalogs.all().get(catalog)?.schemas.get(schema) === undefined) return emptyTable;
    const node = session.catalogs.schema(catalog, schema);
    if (!cascade && node.tables.size + node.volumes.size + node.functions.size > 0) {
      throw invalidStatement(
        "SCHEMA_NOT_EMPTY",
        "2BP01",
        `Cannot drop a schema ${showName([catalog, schema])} because it contains objects. Use DROP SCHEMA ... CASCADE to drop the schema and all its objects.`,
      );
    }
    await session.catalogs.change(
      {
        catalog,
        sql: [`DROP SCHEMA ${schemaPath(catalog, schema)} CASCADE`],
        drop: [{ kind: "schema", schema, name: "" }],
      },
      session.signal,
    );
    return emptyTable;
  };
}

function createVolume(cursor: Cursor): Action {
  cursor.expect("CREATE");
  if (cursor.at("EXTERNAL")) throw unsupported("external volumes");
  cursor.expect("VOLUME");
  const tolerant = ifNotExists(cursor);
  const name = parseTableName(cursor);
  const comment = cursor.accept("COMMENT") ? cursor.string() : undefined;
  return async (session) => {
    const path = session.path(name);
    const [catalog, schema, volume] = path;
    if (session.catalogs.schema(catalog, schema).volumes.has(volume)) {
      if (tolerant) return emptyTable;
      throw alreadyExists("VOLUME", showName(path));
    }
    const document = session.catalogs.newDocument(comment);
    await session.catalogs.change(
      { catalog, sql: [], put: [{ key: { kind: "volume", schema, name: volume }, document }] },
      session.signal,
    );
    return emptyTable;
  };
}

function dropVolume(cursor: Cursor): Action {
  cursor.expect("DROP", "VOLUME");
  const tolerant = ifExists(cursor);
  const name = parseTableName(cursor);
  return async (session) => {
    const path = session.path(name);
    const [catalog, schema, volume] = path;
    if (!session.catalogs.schema(catalog, schema).volumes.has(volume)) {
      if (tolerant) return emptyTable;
      throw invalidStatement(
        "VOLUME_NOT_FOUND",
        "42704",
        `Volume ${showName(path)} does not exist. Please use 'SHOW VOLUMES' to list available volumes.`,
      );
    }
    await session.catalogs.change(
      { catalog, sql: [], drop: [{ kind: "volume", schema, name: volume }] },
      session.signal,
    );
    return emptyTable;
  };
}

export const namespaceConstructs: readonly Construct[] = [
  {
    name: "USE",
    starts: ["USE", "SET CATALOG"],
    usage: "USE CATALOG name; USE [SCHEMA | DATABASE] [catalog.]schema",
    parse: use,
  },
  {
    name: "CREATE CATALOG",
    starts: ["CREATE CATALOG", "CREATE FOREIGN CATALOG"],
    usage: "CREATE CATALOG [IF NOT EXISTS] name [COMMENT text]",
    parse: createCatalog,
  },
  {
    name: "DROP CATALOG",
    starts: ["DROP CATALOG"],
    usage: "DROP CATALOG [IF EXISTS] name [CASCADE]",
    parse: dropCatalog,
  },
  {
    name: "CREATE SCHEMA",
    starts: ["CREATE SCHEMA", "CREATE DATABASE"],
    usage: "CREATE SCHEMA | DATABASE [IF NOT EXISTS] name [COMMENT text] [WITH DBPROPERTIES (...)]",
    parse: createSchema,
  },
  {
    name: "DROP SCHEMA",
    starts: ["DROP SCHEMA", "DROP DATABASE"],
    usage: "DROP SCHEMA | DATABASE [IF EXISTS] name [CASCADE]",
    parse: dropSchema,
  },
  {
    name: "CREATE VOLUME",
    starts: ["CREATE VOLUME", "CREATE EXTERNAL VOLUME"],
    usage: "CREATE VOLUME [IF NOT EXISTS] name [COMMENT text]",
    parse: createVolume,
  },
  { name: "DROP VOLUME", starts: ["DROP VOLUME"], usage: "DROP VOLUME [IF EXISTS] name", parse: dropVolume },
];
