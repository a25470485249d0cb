// DuckDB itself: one instance for the engine, a connection for each session, closed to the machine around it.
import { join } from "node:path";
import {
  DuckDBBlobValue,
  DuckDBInstance,
  DuckDBListValue,
  type DuckDBConnection,
  type DuckDBValue,
} from "@duckdb/node-api";
import { SqlFault } from "./engine.ts";
import { toFault } from "./errors.ts";
import { macroStatements } from "./macros.ts";
import { quoteText } from "./names.ts";
import { machineMeasures, memoryBytes, spillBytes, watchStatement, type Measures } from "./watch.ts";

export interface RunLimits {
  readonly rows?: number | undefined;
}

export interface RawResult {
  readonly types: readonly string[];
  readonly rows: readonly (readonly DuckDBValue[])[];
  /** Rows were left unread because of the limit. */
  readonly truncated: boolean;
}

/** What a statement is run with. */
export interface RunOptions extends RunLimits {
  readonly signal?: AbortSignal | undefined;
}

/** Values of one result that are held in memory at most; a larger result fails, it is not cut in silence. */
const mostValues = 20_000_000;
const mostLetters = 500_000_000;
const interruptEveryMs = 20;

export class Connection {
  readonly #connection: DuckDBConnection;
  readonly #measures: Measures;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection, measures: Measures) {
    this.#connection = connection;
    this.#measures = measures;
  }

  /** Runs one statement. Statements of one connection wait for each other. Throws SqlFault, and an abort. */
  async run(sql: string, options: RunOptions = {}): Promise<RawResult> {
    const turn = this.#queue.then(() => this.#now(sql, options));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #now(sql: string, { signal, rows }: RunOptions): Promise<RawResult> {
    signal?.throwIfAborted();
    let again: ReturnType<typeof setInterval> | undefined;
    const onAbort = (): void => {
      this.#connection.interrupt();
      // DuckDB forgets an interrupt that comes before the statement has begun to run.
      again = setInterval(() => this.#connection.interrupt(), interruptEveryMs);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    const watch = watchStatement(this.#measures, () => this.#connection.interrupt());
    try {
      return await this.#read(sql, rows ?? Number.POSITIVE_INFINITY, signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      throw watch.fault ?? toFault(thrown);
    } finally {
      watch.stop();
      clearInterval(again);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #read(sql: string, most: number, signal: AbortSignal | undefined): Promise<RawResult> {
    const result = await this.#connection.stream(sql);
    const types = result.columnTypes().map(String);
    const found: (readonly DuckDBValue[])[] = [];
    let letters = 0;
    for (;;) {
      signal?.throwIfAborted();
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return { types, rows: found, truncated: false };
      for (const row of chunk.getRows()) {
        if (found.length >= most) return { types, rows: found, truncated: true };
        found.push(row);
        for (const value of row) letters += lettersOf(value);
        if (letters > mostLetters) break;
      }
      if (found.length * types.length > mostValues || letters > mostLetters)
        throw new SqlFault(
          "RESULT_TOO_LARGE",
          "54000",
          "The result is larger than the emulator holds in memory; add a LIMIT.",
        );
    }
  }

  close(): void {
    this.#connection.closeSync();
  }
}

/** How much text a value holds, or how many items. */
function lettersOf(value: DuckDBValue): number {
  if (typeof value === "string") return value.length;
  if (value instanceof DuckDBListValue) return value.items.reduce<number>((sum, item) => sum + 10 + lettersOf(item), 0);
  return value instanceof DuckDBBlobValue ? value.bytes.length : 10;
}

export class Database {
  readonly #instance: DuckDBInstance;
  readonly folder: string;

  constructor(instance: DuckDBInstance, folder: string) {
    this.#instance = instance;
    this.folder = folder;
  }

  async connect(): Promise<Connection> {
    return new Connection(await this.#instance.connect(), machineMeasures(this.folder));
  }

  close(): void {
    this.#instance.closeSync();
  }
}

/** Where DuckDB puts what does not fit into memory. What a process that was killed left there is of no use. */
export function spillFolder(folder: string): string {
  return join(folder, "spill");
}

/** Settings that keep SQL inside its folder. None of them can be changed once `lock_configuration` stands. */
function settings(folder: string): readonly string[] {
  return [
    "SET GLOBAL TimeZone = 'UTC'",
    `SET GLOBAL memory_limit = '${memoryBytes}B'`,
    "SET GLOBAL threads = 4",
    `SET GLOBAL temp_directory = ${quoteText(spillFolder(folder))}`,
    `SET GLOBAL max_temp_directory_size = '${spillBytes}B'`,
    "SET GLOBAL autoinstall_known_extensions = false",
    "SET GLOBAL autoload_known_extensions = false",
    "SET GLOBAL allow_community_extensions = false",
    // CREATE CATALOG attaches a new file below the folder: that alone stays open.
    `SET GLOBAL allowed_directories = [${quoteText(`${folder}/`)}]`,
    "SET GLOBAL enable_external_access = false",
    "SET GLOBAL lock_configuration = true",
  ];
}

/** Opens the engine's DuckDB. Throws SqlFault. */
export async function openDatabase(folder: string): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:", { allow_unsigned_extensions: "false" });
  const connection = new Connection(await instance.connect(), machineMeasures(folder));
  for (const statement of macroStatements) await connection.run(statement);
  for (const statement of settings(folder)) await connection.run(statement);
  connection.close();
  return new Database(instance, folder);
}
