// The older app's variables for its database, as the defaults of our options.
import type { Environment } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { StoreOptions } from "./open-store.ts";

export interface DatabaseDefaults extends Partial<
  Pick<
    StoreOptions,
    "database" | "schema" | "poolSize" | "connectTimeoutMs" | "maxLifetimeMs" | "retries" | "retryDelayMs"
  >
> {
  /** Shown to people, and nothing else. */
  readonly lakebaseProjectId?: string;
}

/**
 * What these say, of the first that is set: LAKEBASE_PG_URL, LAKEBASE_ENDPOINT, LAKEBASE_INSTANCE_NAME; the latter two with
 * LAKEBASE_DATABASE_NAME, LAKEBASE_HOST, LAKEBASE_USERNAME and DATABRICKS_DATABASE_PORT. And LAKEBASE_SCHEMA_NAME,
 * LAKEBASE_PROJECT_ID, DB_POOL_SIZE with DB_MAX_OVERFLOW, DB_POOL_TIMEOUT, DB_POOL_RECYCLE_INTERVAL, DB_SESSION_MAX_RETRIES,
 * DB_SESSION_RETRY_DELAY (all times in seconds). Throws `invalid_input` for a number that is none.
 */
export function databaseFromEnvironment(env: Environment): DatabaseDefaults {
  const seconds = (name: string): number | undefined => {
    const value = numberIn(env, name);
    return value === undefined ? undefined : Math.round(value * 1000);
  };
  return withoutAbsent({
    database: databaseIn(env),
    schema: present(env, "LAKEBASE_SCHEMA_NAME"),
    poolSize: poolSizeIn(env),
    connectTimeoutMs: seconds("DB_POOL_TIMEOUT"),
    maxLifetimeMs: seconds("DB_POOL_RECYCLE_INTERVAL"),
    retries: numberIn(env, "DB_SESSION_MAX_RETRIES", true),
    retryDelayMs: seconds("DB_SESSION_RETRY_DELAY"),
    lakebaseProjectId: present(env, "LAKEBASE_PROJECT_ID"),
  });
}

function databaseIn(env: Environment): string | undefined {
  const url = present(env, "LAKEBASE_PG_URL");
  if (url !== undefined) return url;
  const place = present(env, "LAKEBASE_ENDPOINT") ?? present(env, "LAKEBASE_INSTANCE_NAME");
  if (place === undefined) return undefined;
  const database = present(env, "LAKEBASE_DATABASE_NAME");
  const query = new URLSearchParams();
  for (const [key, variable] of Object.entries(placeVariables)) {
    const value = present(env, variable);
    if (value !== undefined) query.set(key, value);
  }
  const path = database === undefined ? place : `${place}/${encodeURIComponent(database)}`;
  return `lakebase:${path}${query.size === 0 ? "" : `?${query}`}`;
}

const placeVariables = { host: "LAKEBASE_HOST", user: "LAKEBASE_USERNAME", port: "DATABRICKS_DATABASE_PORT" } as const;

/** The older pool held so many connections and opened some more when it was short of them: 5 and 10, where one is not said. */
function poolSizeIn(env: Environment): number | undefined {
  const size = numberIn(env, "DB_POOL_SIZE", true);
  const overflow = numberIn(env, "DB_MAX_OVERFLOW", true);
  if (size === undefined && overflow === undefined) return undefined;
  return Math.max(1, (size ?? 5) + (overflow ?? 10));
}

function numberIn(env: Environment, name: string, isWhole = false): number | undefined {
  const written = present(env, name);
  if (written === undefined) return undefined;
  const shape = isWhole ? /^\d{1,6}$/ : /^\d{1,9}(?:\.\d{1,9})?$/;
  if (shape.test(written)) return Number(written);
  throw new MortarError("invalid_input", `${name} is ${JSON.stringify(written.slice(0, 50))}, and no number`, {
    hint: `Set ${name} to ${isWhole ? "a whole number" : "a number of seconds"}, or unset it.`,
  });
}

function present(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
