// The database as the stores use it: SQL that SQLite and Postgres both understand, tables named as `:projects`, values as `$1`.
export type Value = string | number | null | Uint8Array<ArrayBuffer>;

export type Row = Readonly<Record<string, unknown>>;

/** Statements, one after the other: a whole database, or one transaction of it. */
export interface Statements {
  /** The rows that a statement gives. */
  rows(sql: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /** How many rows a statement changed. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
}

/**
 * `rows` and `run` may send their statement again after a broken connection: they are for reads, and for writes that do the
 * same when they are done twice. Everything else goes through `transaction`.
 */
export interface Database extends Statements {
  readonly kind: "sqlite" | "postgres";
  /** SQL of this moment, in milliseconds since the epoch: what replicas compare with each other is of one clock, the database's. */
  now(): string;
  /**
   * All of the work or nothing, and once: a commit whose answer was lost is looked up before anything is tried again. `work`
   * may be called more than once, so it changes nothing but the database, and it waits for nothing else.
   */
  transaction<T>(work: (statements: Statements) => Promise<T>): Promise<T>;
  /** Throws where what is stored now would not be there later. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const tableName = /:([a-z]+)\b/g;

/** The statement with the names of its tables filled in. */
export function withTables(sql: string, nameOf: (table: string) => string): string {
  return sql.replace(tableName, (_whole, table: string) => nameOf(table));
}

/**
 * Text as every database takes it: Postgres refuses NUL in a text, and half of a surrogate pair is no UTF-8. Both become
 * U+FFFD. JSON is not touched by it: there they are written as escapes.
 */
export function storable(value: Value): Value {
  if (typeof value !== "string") return value;
  return value.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** `$2, $3, $4` for 3 values from the second on. */
export function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_none, at) => `$${from + at}`).join(", ");
}
