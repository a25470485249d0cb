// SQL as a Databricks warehouse speaks it, over DuckDB.
import type { CatalogNode, SchemaDocument } from "./catalog-documents.ts";
import type { Change } from "./catalogs.ts";

export interface SqlColumn {
  readonly name: string;
  /** BOOLEAN BYTE SHORT INT LONG FLOAT DOUBLE DATE TIMESTAMP STRING BINARY DECIMAL INTERVAL ARRAY STRUCT MAP NULL. */
  readonly typeName: string;
  /** As DESCRIBE prints it: `INT`, `DECIMAL(10,2)`, `ARRAY<STRING>`. */
  readonly typeText: string;
}

/** A result. Every value is text as the statement API sends it (JSON text for complex types), or null. */
export interface SqlTable {
  readonly columns: readonly SqlColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Set when `rowLimit` left rows out. */
  readonly truncated?: boolean;
}

export interface SqlParameter {
  readonly name: string;
  /** Absent or null is SQL NULL. */
  readonly value?: string | null;
  /** Databricks type name; STRING unless given. */
  readonly type?: string;
}

export interface SqlOptions {
  readonly parameters?: readonly SqlParameter[];
  readonly signal?: AbortSignal;
  /** Rows wanted at most; the result says `truncated` when there were more. */
  readonly rowLimit?: number;
}

/** A session keeps its current catalog and schema, its temporary views and variables. */
export interface SqlSession {
  readonly catalog: string;
  readonly schema: string;
  /** Runs ONE statement. Throws SqlFault. */
  query(statement: string, options?: SqlOptions): Promise<SqlTable>;
  close(): Promise<void>;
}

export interface SqlEngine {
  /** Catalogs, schemas, tables, views and volumes as they stand, by lower-case name. */
  catalogs(): ReadonlyMap<string, CatalogNode>;
  /** Makes a change of documents alone, for the API beside SQL. */
  change(change: Change): Promise<void>;
  /** Id, owner and times of something new. */
  newDocument(comment?: string, properties?: Readonly<Record<string, string>>): SchemaDocument;
  session(start?: { catalog?: string; schema?: string }): Promise<SqlSession>;
  close(): Promise<void>;
}

/** A statement that failed, in the words of the warehouse: `[TABLE_OR_VIEW_NOT_FOUND] The table ...`. */
export class SqlFault extends Error {
  readonly errorClass: string;
  readonly sqlState: string;

  constructor(errorClass: string, sqlState: string, message: string) {
    super(`[${errorClass}] ${message} SQLSTATE: ${sqlState}`);
    this.errorClass = errorClass;
    this.sqlState = sqlState;
  }
}
