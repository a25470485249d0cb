// The catalogs: one DuckDB file each, with a hidden schema that holds the documents, and a picture of it all in memory.
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateFolder } from "../../platform/files.ts";
import type {
  CatalogDocument,
  CatalogNode,
  DocumentKey,
  FunctionDocument,
  HistoryEntry,
  SchemaDocument,
  SchemaNode,
  TableDocument,
  VolumeDocument,
} from "./catalog-documents.ts";
import type { Connection, Database, RawResult } from "./database.ts";
import { catalogAlias, schemaPath } from "./physical.ts";
import type { SqlFault } from "./engine.ts";
import { alreadyExists, catalogNotFound, invalidStatement, schemaNotFound } from "./faults.ts";
import { noteWrite } from "./lineage.ts";
import { quoteText, showName } from "./names.ts";

interface MutableSchema extends SchemaNode {
  document: SchemaDocument;
  readonly tables: Map<string, TableDocument>;
  readonly volumes: Map<string, VolumeDocument>;
  readonly functions: Map<string, FunctionDocument>;
}
interface MutableCatalog extends CatalogNode {
  document: CatalogDocument;
  readonly schemas: Map<string, MutableSchema>;
}
type AnyDocument = CatalogDocument | SchemaDocument | TableDocument | VolumeDocument | FunctionDocument;

const firstCatalogs = ["main", "hive_metastore"];
/** Every workspace has these already, read only; the emulator does not hold what lies in them. */
const sharedCatalogs = ["system", "samples", "spark_catalog"];
/** Windows opens these as devices, whatever comes after the point. */
const deviceNames = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
const nameShape = /^[a-z0-9_][a-z0-9_-]{0,200}$/;

/** A change of documents that belongs to one catalog, made together with its SQL or not at all. */
export interface Change {
  readonly catalog: string;
  readonly sql: readonly string[];
  readonly put?: readonly { readonly key: Omit<DocumentKey, "catalog">; readonly document: AnyDocument }[];
  readonly drop?: readonly Omit<DocumentKey, "catalog">[];
  readonly history?: readonly {
    readonly schema: string;
    readonly table: string;
    readonly entry: Omit<HistoryEntry, "version">;
  }[];
}

export interface CatalogsOptions {
  readonly database: Database;
  readonly user: string;
  readonly now: () => number;
}

export class Catalogs {
  readonly #database: Database;
  readonly #writer: Connection;
  readonly #user: string;
  readonly #now: () => number;
  readonly #catalogs = new Map<string, MutableCatalog>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: CatalogsOptions, writer: Connection) {
    this.#database = options.database;
    this.#user = options.user;
    this.#now = options.now;
    this.#writer = writer;
  }

  /** Attaches every catalog of the folder; makes the first ones in an empty folder. */
  static async open(options: CatalogsOptions): Promise<Catalogs> {
    await makePrivateFolder(options.database.folder);
    const catalogs = new Catalogs(options, await options.database.connect());
    const files = await readdir(options.database.folder);
    const found = files.filter((file) => file.endsWith(".duckdb")).map((file) => file.slice(0, -".duckdb".length));
    for (const name of found.sort()) await catalogs.#load(name);
    for (const name of firstCatalogs) if (!catalogs.#catalogs.has(name)) await catalogs.createCatalog(name, {});
    return catalogs;
  }

  close(): void {
    this.#writer.close();
  }

  all(): ReadonlyMap<string, CatalogNode> {
    return this.#catalogs;
  }

  /** Throws NO_SUCH_CATALOG_EXCEPTION. */
  catalog(name: string): CatalogNode {
    const found = this.#catalogs.get(name.toLowerCase());
    if (found === undefined) throw catalogNotFound(name);
    return found;
  }

  /** Throws NO_SUCH_CATALOG_EXCEPTION or SCHEMA_NOT_FOUND. */
  schema(catalog: string, schema: string): SchemaNode {
    const found = this.catalog(catalog).schemas.get(schema.toLowerCase());
    if (found === undefined) throw schemaNotFound(showName([catalog, schema]));
    return found;
  }

  /** A table or view, or undefined where catalog, schema or table are missing. */
  table(catalog: string, schema: string, table: string): TableDocument | undefined {
    return this.#catalogs
      .get(catalog.toLowerCase())
      ?.schemas.get(schema.toLowerCase())
      ?.tables.get(table.toLowerCase());
  }

  /** A function in a schema, or undefined. */
  routine(catalog: string, schema: string, name: string): FunctionDocument | undefined {
    return this.#catalogs
      .get(catalog.toLowerCase())
      ?.schemas.get(schema.toLowerCase())
      ?.functions.get(name.toLowerCase());
  }

  /** Owner, times and id of something new. */
  newDocument(comment?: string, properties: Readonly<Record<string, string>> = {}): CatalogDocument {
    const at = this.#now();
    return { id: randomUUID(), owner: this.#user, createdAt: at, updatedAt: at, properties, comment };
  }

  /** Runs `work` alone among all that changes data: DuckDB would fail one of two that meet. */
  async exclusively<T>(signal: AbortSignal | undefined, work: (writer: Connection) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      signal?.throwIfAborted();
      return work(this.#writer);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async createCatalog(
    name: string,
    options: { comment?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<void> {
    requireName(name, "catalog");
    if (isSharedCatalog(name)) throw alreadyExists("CATALOG", showName([name]));
    if (name === "information_schema") throw reservedName(name, "catalog");
    await this.exclusively(options.signal, async (writer) => {
      if (this.#catalogs.has(name)) throw alreadyExists("CATALOG", showName([name]));
      const document = this.newDocument(options.comment);
      await this.#attach(writer, name);
      const alias = catalogAlias(name);
      await writer.run(`CREATE SCHEMA ${alias}.mortar`);
      await writer.run(
        `CREATE TABLE ${alias}.mortar.documents (kind VARCHAR, schema_name VARCHAR, name VARCHAR, document VARCHAR)`,
      );
      await writer.run(
        `CREATE TABLE ${alias}.mortar.history (schema_name VARCHAR, name VARCHAR, version BIGINT, entry VARCHAR)`,
      );
      this.#catalogs.set(name, { document, schemas: new Map() });
      const schema = this.newDocument("Default schema");
      await this.#apply(writer, {
        catalog: name,
        sql: [`CREATE SCHEMA ${schemaPath(name, "default")}`],
        put: [
          { key: { kind: "catalog", schema: "", name: "" }, document },
          { key: { kind: "schema", schema: "default", name: "" }, document: schema },
        ],
      });
    });
  }

  async dropCatalog(name: string, signal?: AbortSignal): Promise<void> {
    await this.exclusively(signal, async (writer) => {
      await writer.run(`DETACH ${catalogAlias(name)}`);
      this.#catalogs.delete(name);
      for (const suffix of ["", ".wal"]) await rm(`${this.#file(name)}${suffix}`, { force: true });
    });
  }

  /** Makes a change in one transaction. Throws SqlFault, and then nothing has changed. */
  async change(change: Change, signal?: AbortSignal): Promise<void> {
    await this.exclusively(signal, (writer) => this.#apply(writer, change, signal));
  }

  /** As `change`, for one who runs inside `exclusively`. Gives the rows of each SQL statement. */
  async changeWithin(writer: Connection, change: Change, signal?: AbortSignal): Promise<readonly RawResult["rows"][]> {
    return this.#apply(writer, change, signal);
  }

  async history(catalog: string, schema: string, table: string): Promise<readonly HistoryEntry[]> {
    return this.exclusively(undefined, async (writer) => {
      const { rows } = await writer.run(
        `SELECT entry FROM ${catalogAlias(catalog)}.mortar.history WHERE schema_name = ${quoteText(schema)} AND name = ${quoteText(table)} ORDER BY version DESC`,
      );
      return rows.map(([entry]) => JSON.parse(String(entry)) as HistoryEntry);
    });
  }

  async #apply(writer: Connection, change: Change, signal?: AbortSignal): Promise<readonly RawResult["rows"][]> {
    const results: RawResult["rows"][] = [];
    await writer.run("BEGIN TRANSACTION");
    try {
      for (const sql of change.sql) results.push((await writer.run(sql, { signal })).rows);
      for (const sql of documentSql(change)) await writer.run(sql);
      await writer.run("COMMIT");
    } catch (thrown) {
      await writer.run("ROLLBACK").catch(() => undefined);
      throw thrown;
    }
    this.#picture(change);
    noteWrites(change);
    return results;
  }

  #picture(change: Change): void {
    for (const key of change.drop ?? []) this.#forget({ ...key, catalog: change.catalog });
    for (const { key, document } of change.put ?? []) this.#remember({ ...key, catalog: change.catalog }, document);
  }

  #remember(key: DocumentKey, document: AnyDocument): void {
    const catalog = this.#catalogs.get(key.catalog);
    if (catalog === undefined) return;
    if (key.kind === "catalog") catalog.document = document;
    else if (key.kind === "schema") {
      const known = catalog.schemas.get(key.schema);
      if (known !== undefined) known.document = document;
      else catalog.schemas.set(key.schema, { document, tables: new Map(), volumes: new Map(), functions: new Map() });
    } else if (key.kind === "table") catalog.schemas.get(key.schema)?.tables.set(key.name, document as TableDocument);
    else if (key.kind === "volume") catalog.schemas.get(key.schema)?.volumes.set(key.name, document);
    else catalog.schemas.get(key.schema)?.functions.set(key.name, document as FunctionDocument);
  }

  #forget(key: DocumentKey): void {
    const catalog = this.#catalogs.get(key.catalog);
    if (key.kind === "schema") catalog?.schemas.delete(key.schema);
    if (key.kind === "table") catalog?.schemas.get(key.schema)?.tables.delete(key.name);
    if (key.kind === "volume") catalog?.schemas.get(key.schema)?.volumes.delete(key.name);
    if (key.kind === "function") catalog?.schemas.get(key.schema)?.functions.delete(key.name);
  }

  async #load(name: string): Promise<void> {
    await this.#attach(this.#writer, name);
    this.#catalogs.set(name, { document: this.newDocument(), schemas: new Map() });
    // Schemas come before what lies in them.
    const { rows } = await this.#writer.run(
      `SELECT kind, schema_name, name, document FROM ${catalogAlias(name)}.mortar.documents ORDER BY kind <> 'schema'`,
    );
    for (const [kind, schema, item, document] of rows) {
      const key = {
        kind: String(kind) as DocumentKey["kind"],
        catalog: name,
        schema: String(schema),
        name: String(item),
      };
      this.#remember(key, JSON.parse(String(document)) as AnyDocument);
    }
  }

  async #attach(writer: Connection, name: string): Promise<void> {
    await writer.run(`ATTACH ${quoteText(this.#file(name))} AS ${catalogAlias(name)}`);
  }

  #file(name: string): string {
    return join(this.#database.folder, `${name}.duckdb`);
  }
}

/** Names of catalogs become file names, so that only plain ones are taken; the service has the same rule for most. */
export function requireName(name: string, what: string): void {
  if (nameShape.test(name) && !(what === "catalog" && deviceNames.test(name))) return;
  throw invalidStatement(
    "INVALID_IDENTIFIER",
    "42602",
    `'${name}' is no name for a ${what}: letters, digits, _ and - are taken.`,
  );
}

/** A catalog that a workspace has from the start and that nobody makes. */
export function isSharedCatalog(name: string): boolean {
  return sharedCatalogs.includes(name);
}

function reservedName(name: string, what: string): SqlFault {
  return invalidStatement("INVALID_IDENTIFIER", "42602", `'${name}' is reserved and is no name for a ${what}.`);
}

function documentSql(change: Change): string[] {
  const table = `${catalogAlias(change.catalog)}.mortar.documents`;
  const matching = ({ kind, schema, name }: Omit<DocumentKey, "catalog">): string =>
    `kind = ${quoteText(kind)} AND schema_name = ${quoteText(schema)} AND name = ${quoteText(name)}`;
  const sql = (change.drop ?? []).map(
    (key) =>
      `DELETE FROM ${table} WHERE ${key.kind === "schema" ? `schema_name = ${quoteText(key.schema)}` : matching(key)}`,
  );
  for (const { key, document } of change.put ?? []) {
    sql.push(`DELETE FROM ${table} WHERE ${matching(key)}`);
    sql.push(
      `INSERT INTO ${table} VALUES (${quoteText(key.kind)}, ${quoteText(key.schema)}, ${quoteText(key.name)}, ${quoteText(JSON.stringify(document))})`,
    );
  }
  return [...sql, ...historySql(change)];
}

/** Tables and views that are made, and tables whose data changes. */
function noteWrites({ catalog, put = [], history = [] }: Change): void {
  for (const { key } of put) if (key.kind === "table") noteWrite([catalog, key.schema, key.name]);
  for (const { schema, table } of history) noteWrite([catalog, schema, table]);
}

/** SQL that gives the history of a table to its new name. */
export function moveHistory(from: readonly [string, string, string], to: readonly [string, string, string]): string {
  const [catalog, schema, name] = from;
  return `UPDATE ${catalogAlias(catalog)}.mortar.history SET schema_name = ${quoteText(to[1])}, name = ${quoteText(to[2])} WHERE schema_name = ${quoteText(schema)} AND name = ${quoteText(name)}`;
}

function historySql(change: Change): string[] {
  const history = `${catalogAlias(change.catalog)}.mortar.history`;
  const sql: string[] = [];
  for (const key of change.drop ?? []) {
    if (key.kind === "table")
      sql.push(`DELETE FROM ${history} WHERE schema_name = ${quoteText(key.schema)} AND name = ${quoteText(key.name)}`);
    if (key.kind === "schema") sql.push(`DELETE FROM ${history} WHERE schema_name = ${quoteText(key.schema)}`);
  }
  for (const { schema, table, entry } of change.history ?? []) {
    const where = `schema_name = ${quoteText(schema)} AND name = ${quoteText(table)}`;
    // The version is counted in the same transaction, and put into the entry's JSON.
    const json = quoteText(JSON.stringify(entry).slice(1));
    sql.push(
      `INSERT INTO ${history} SELECT ${quoteText(schema)}, ${quoteText(table)}, next, '{"version":' || next || ',' || ${json} FROM (SELECT coalesce(max(version) + 1, 0) AS next FROM ${history} WHERE ${where}) AS h`,
    );
  }
  return sql;
}
