// Each of the older app's variables says what it said there.
import { describe, expect, test } from "bun:test";
import { resolvePaths } from "../../platform/paths.ts";
import { databaseFromEnvironment } from "./environment.ts";
import { parseTarget } from "./target.ts";

const endpoint = "projects/shop/branches/main/endpoints/primary";

describe("databaseFromEnvironment", () => {
  test.each([
    [{}, {}],
    [{ LAKEBASE_PG_URL: " ", DB_POOL_SIZE: "" }, {}],
    [{ LAKEBASE_PG_URL: "postgresql://u:p@h/d", LAKEBASE_ENDPOINT: endpoint }, { database: "postgresql://u:p@h/d" }],
    [{ LAKEBASE_ENDPOINT: endpoint, LAKEBASE_INSTANCE_NAME: "i" }, { database: `lakebase:${endpoint}` }],
    [{ LAKEBASE_INSTANCE_NAME: "i", LAKEBASE_DATABASE_NAME: "my db" }, { database: "lakebase:i/my%20db" }],
    [{ LAKEBASE_HOST: "h", LAKEBASE_DATABASE_NAME: "d" }, {}],
    [
      { LAKEBASE_SCHEMA_NAME: "s", LAKEBASE_PROJECT_ID: "p" },
      { schema: "s", lakebaseProjectId: "p" },
    ],
    [{ DB_POOL_SIZE: "3", DB_MAX_OVERFLOW: "0" }, { poolSize: 3 }],
    [{ DB_POOL_SIZE: "3" }, { poolSize: 13 }],
    [{ DB_MAX_OVERFLOW: "1" }, { poolSize: 6 }],
    [{ DB_POOL_SIZE: "0", DB_MAX_OVERFLOW: "0" }, { poolSize: 1 }],
    [
      {
        DB_POOL_TIMEOUT: "2.5",
        DB_POOL_RECYCLE_INTERVAL: "600",
        DB_SESSION_MAX_RETRIES: "0",
        DB_SESSION_RETRY_DELAY: "0.1",
      },
      { connectTimeoutMs: 2500, maxLifetimeMs: 600_000, retries: 0, retryDelayMs: 100 },
    ],
  ])("%j", (env, expected) => {
    expect<unknown>(databaseFromEnvironment(env)).toEqual(expected);
  });

  test("what it makes of Lakebase is read back whole", () => {
    const { database = "" } = databaseFromEnvironment({
      LAKEBASE_ENDPOINT: endpoint,
      LAKEBASE_DATABASE_NAME: "a/b c",
      LAKEBASE_HOST: "h.example.com",
      LAKEBASE_USERNAME: "ann+x@example.com",
      DATABRICKS_DATABASE_PORT: "6543",
    });
    expect(parseTarget({ cwd: "/", env: {}, paths: resolvePaths({}, "linux") }, database)).toEqual({
      kind: "lakebase",
      place: { endpoint },
      database: "a/b c",
      port: 6543,
      host: "h.example.com",
      user: "ann+x@example.com",
      tls: "verify-full",
    });
  });

  test.each([
    ["DB_POOL_SIZE", "many"],
    ["DB_POOL_SIZE", "1.5"],
    ["DB_MAX_OVERFLOW", "-1"],
    ["DB_POOL_TIMEOUT", "10s"],
    ["DB_SESSION_RETRY_DELAY", "Infinity"],
  ])("%s=%s is no number", (name, value) => {
    const attempt = (): unknown => databaseFromEnvironment({ [name]: value });
    expect(attempt).toThrow(expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(name) }));
  });
});
