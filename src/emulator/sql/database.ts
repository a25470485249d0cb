// DuckDB itself: one instance for the engine, a connection for each session, closed to the machine around it.
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from "@duckdb/node-api";
import { SqlFault } from "./engine.ts";
import { toFault } from "./errors.ts";
import { macroStatements } from "./macros.ts";
import { quoteText } from "./names.ts";

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
const interruptEveryMs = 20;

export class Connection {
  readonly #connection: DuckDBConnection;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
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
    try {
      return await this.#read(sql, rows ?? Number.POSITIVE_INFINITY, signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      throw toFault(thrown);
    } finally {
      clearInterval(again);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #read(sql: string, most: number, signal: AbortSignal | undefined): Promise<RawResult> {
    const result = await this.#connection.stream(sql);
    const types = result.columnTypes().map(String);
    const found: (readonly DuckDBValue[])[] = [];
    for (;;) {
      signal?.throwIfAborted();
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return { types, rows: found, truncated: false };
      for (const row of chunk.getRows()) {
        if (found.length >= most) return { types, rows: found, truncated: true };
        found.push(row);
      }
      if (found.length * types.length > mostValues)
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

export class Database {
  readonly #instance: DuckDBInstance;
  readonly folder: string;

  constructor(instance: DuckDBInstance, folder: string) {
    this.#instance = instance;
    this.folder = folder;
  }

  async connect(): Promise<Connection> {
    return new Connection(await this.#instance.connect());
  }

  close(): void {
    this.#instance.closeSync();
  }
}

/** Settings that keep SQL inside its folder. None of them can be changed once `lock_configuration` stands. */
function settings(folder: string): readonly string[] {
  return [
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL memory_limit = '2GB'",
    "SET GLOBAL threads = 4",
    `SET GLOBAL temp_directory = ${quoteText(join(folder, "spill"))}`,
    "SET GLOBAL max_temp_directory_size = '8GB'",
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
  const connection = new Connection(await instance.connect());
  for (const statement of macroStatements) await connection.run(statement);
  for (const statement of settings(folder)) await connection.run(statement);
  connection.close();
  return new Database(instance, folder);
}
