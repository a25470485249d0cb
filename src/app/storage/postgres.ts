// Postgres for many replicas: a pool of connections, transactions that happen once, and a server that may go away and come back.
import { SQL } from "bun";
import { existsSync } from "node:fs";
import type { Clock } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { storable, withTables, type Database, type Row, type Statements, type Value } from "./database.ts";
import { commitOf, markSql, markOf, type Mark } from "./postgres-commit.ts";
import { failureKind, isRefused, postgresFailure } from "./postgres-failure.ts";
import type { ChannelBinding, Tls } from "./target.ts";

export interface PostgresOptions {
  /** A name, an address, or the folder of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Asked for at each connection. */
  readonly password: () => Promise<string>;
  /** Told that the password was refused; `password` then gives another. */
  readonly renewPassword?: () => void;
  readonly tls: Tls;
  readonly channelBinding: ChannelBinding;
  readonly schema: string;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  /** How long one statement or transaction may take. */
  readonly answerTimeoutMs: number;
  readonly maxLifetimeMs: number;
  /** How often something is tried again while the server is away, and how long the first pause is. */
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly clock: Clock;
}

const longestNapMs = 2_000;

/** Connects at the first statement. Nothing is thrown here. */
export function openPostgres(options: PostgresOptions): Database {
  const where = `${options.database} at ${options.host}`;
  const pool = createPool(options);
  const persist = async <T>(work: () => Promise<T>): Promise<T> => {
    // An attempt may itself take as long as a connection may: people are told in good time.
    const untilMs = options.clock.now() + options.connectTimeoutMs;
    for (let attempt = 0, napMs = options.retryDelayMs; ; attempt++, napMs = Math.min(napMs * 2, longestNapMs)) {
      try {
        return await work();
      } catch (thrown) {
        if (attempt === 0 && options.renewPassword !== undefined && isRefused(thrown)) {
          options.renewPassword();
          continue;
        }
        const isOver = attempt >= options.retries || (attempt > 0 && options.clock.now() >= untilMs);
        if (isOver || failureKind(thrown) === "final") throw postgresFailure(where, thrown);
      }
      await options.clock.sleep(napMs);
    }
  };
  const once = (): Statements => statementsOf(pool.current(), options.schema);
  return {
    kind: "postgres",
    now: () => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
    rows: (text, values) => persist(() => pool.answered(() => once().rows(text, values))),
    run: (text, values) => persist(() => pool.answered(() => once().run(text, values))),
    transaction: (work) => persist(() => transaction(pool, options, work)),
    check: async () => {
      await persist(() => pool.answered(() => once().rows("SELECT 1 FROM :migrations")));
    },
    close: () => pool.close(),
  };
}

interface Pool {
  current(): SQL;
  /** What `work` gives, if that comes in time. A pool that does not answer is given up: the next call makes a new one. */
  answered<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function createPool(options: PostgresOptions): Pool {
  let pool: SQL | undefined;
  let isClosed = false;
  const current = (): SQL => {
    if (isClosed) throw new MortarError("unavailable", "The database has been closed");
    return (pool ??= connect(options));
  };
  return {
    current,
    answered: async (work) => {
      const sql = current();
      const waiting = new AbortController();
      const late = options.clock.sleep(options.answerTimeoutMs, waiting.signal).then(() => {
        // A connection whose other end is gone without a word would be waited for, for hours.
        if (pool === sql) pool = undefined;
        void sql.close({ timeout: 0 }).catch(() => undefined);
        throw new MortarError("timeout", `The database ${options.database} at ${options.host} did not answer in time`, {
          hint: "See that its server runs and is not overloaded, and try again.",
        });
      });
      try {
        return await Promise.race([work(), late]);
      } finally {
        waiting.abort();
        await late.catch(() => undefined);
      }
    },
    close: async () => {
      isClosed = true;
      const last = pool;
      pool = undefined;
      await last?.close({ timeout: 5 });
    },
  };
}

function connect(options: PostgresOptions): SQL {
  const caFile = typeof options.tls === "object" ? options.tls.caFile : undefined;
  if (caFile !== undefined && !existsSync(caFile)) {
    throw new MortarError("config_invalid", `There is no certificate ${caFile}`, {
      hint: "See sslrootcert in --database.",
    });
  }
  return new SQL({
    adapter: "postgres",
    hostname: options.host,
    port: options.port,
    database: options.database,
    username: options.user,
    password: options.password,
    tls: tlsOf(options),
    channelBinding: options.channelBinding,
    max: options.poolSize,
    connectionTimeout: Math.max(1, Math.ceil(options.connectTimeoutMs / 1000)),
    idleTimeout: 60,
    maxLifetime: Math.ceil(options.maxLifetimeMs / 1000),
    connection: { application_name: "mortar" },
  });
}

function tlsOf({ host, tls }: PostgresOptions) {
  // A unix socket has none.
  if (host.startsWith("/")) return "disable";
  return typeof tls === "object" ? { ca: Bun.file(tls.caFile) } : tls;
}

function statementsOf(sql: Pick<SQL, "unsafe">, schema: string): Statements {
  const start = `${quoted(schema)}.`;
  const send = (text: string, values: readonly Value[]) =>
    sql.unsafe<Row[] & { readonly count: number }>(
      withTables(text, (table) => `${start}${quoted(table)}`),
      values.map(storable),
    );
  return {
    rows: async (text, values = []) => await send(text, values),
    run: async (text, values = []) => (await send(text, values)).count,
  };
}

/** A name in SQL, whatever signs it is made of. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function transaction<T>(
  pool: Pool,
  options: PostgresOptions,
  work: (statements: Statements) => Promise<T>,
): Promise<T> {
  let done: { readonly mark: Mark; readonly result: T } | undefined;
  let isGivenUp = false;
  try {
    const begin = async (): Promise<void> => {
      await pool.current().begin(async (sql) => {
        // Sent along with the first statement: it costs no round trip.
        const marking = sql.unsafe<Row[]>(markSql).then(markOf);
        const [mark, result] = await Promise.all([marking, work(statementsOf(sql, options.schema))]);
        // What was given up is tried again: it must not be committed as well.
        if (isGivenUp) throw new MortarError("timeout", "The transaction came too late");
        done = { mark, result };
      });
    };
    await pool.answered(begin);
  } catch (thrown) {
    isGivenUp = true;
    // Before its work was done nothing was committed. After that, only the server knows.
    const lost = done;
    if (lost === undefined || failureKind(thrown) !== "connection") throw thrown;
    const ask = (text: string, values: Value[]) =>
      pool.answered(async () => await pool.current().unsafe<Row[]>(text, values));
    if (!(await commitOf(lost.mark, { ask, clock: options.clock, cause: thrown }))) throw thrown;
  }
  if (done === undefined) throw new MortarError("internal", "A transaction ended without its work");
  return done.result;
}
