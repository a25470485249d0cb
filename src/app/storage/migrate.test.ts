// Migrations: once, by whoever comes first, and never half.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openStore } from "./open-store.ts";
import { openPostgres } from "./postgres.ts";
import { preparePostgres } from "./postgres-schema.ts";
import { openSqlite } from "./sqlite.ts";
import { canRunPostgres, startPostgres, type TestPostgres } from "./testing-postgres.ts";
import { storeDeps } from "./testing-stores.ts";

let server: TestPostgres;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-migrate-"));
  if (canRunPostgres) server = await startPostgres();
}, 60_000);
afterAll(async () => {
  if (canRunPostgres) await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A database, and how another process opens the same one. */
type Opener = () => Promise<() => Promise<Database>>;

const sqlite: Opener = async () => {
  const file = join(folder, `${crypto.randomUUID()}.db`);
  return () => openSqlite(file, systemClock);
};

const postgres: Opener = async () => {
  const database = new URL(await server.newDatabase()).pathname.slice(1);
  const place = {
    host: "127.0.0.1",
    port: server.port,
    user: "postgres",
    tls: "prefer",
    channelBinding: "prefer",
  } as const;
  const times = {
    connectTimeoutMs: 5000,
    answerTimeoutMs: 20_000,
    maxLifetimeMs: 60_000,
    retries: 2,
    retryDelayMs: 10,
  };
  const password = async (): Promise<string> => server.password;
  const options = { ...place, ...times, database, password, schema: `odd "name'`, poolSize: 1, clock: systemClock };
  return async () => openPostgres(options);
};

const bring = async (database: Database, steps: readonly (readonly string[])[]): Promise<void> => {
  const prepare = (statements: Parameters<typeof preparePostgres>[0]) => preparePostgres(statements, `odd "name'`);
  await migrate(database, { clock: systemClock, steps, ...(database.kind === "postgres" ? { prepare } : {}) });
};

const first = ["CREATE TABLE :one (id TEXT PRIMARY KEY)", "INSERT INTO :one (id) VALUES ('first')"];
const second = ["CREATE TABLE :two (id TEXT PRIMARY KEY)", "INSERT INTO :one (id) VALUES ('second')"];

const openers: readonly (readonly [string, Opener])[] = [
  ["sqlite", sqlite],
  ...(canRunPostgres ? [["postgres", postgres] as const] : []),
];

describe.each(openers)("%s", (_name, opener) => {
  test("many that start at once bring it once, and a later one what is new", async () => {
    const open = await opener();
    const databases = await Promise.all(Array.from({ length: 6 }, () => open()));
    await Promise.all(databases.map((database) => bring(database, [first])));
    await Promise.all(databases.map((database) => bring(database, [first, second])));
    const [database] = databases;
    const rows = await database?.rows("SELECT id FROM :one ORDER BY id");
    expect(rows?.map(({ id }) => id)).toEqual(["first", "second"]);
    const versions = await database?.rows("SELECT version FROM :migrations ORDER BY version");
    expect(versions?.map(({ version }) => version)).toEqual([1, 2]);
    for (const one of databases) await one.close();
  });

  test("one that fails leaves nothing of itself, nor of those before it", async () => {
    const database = await (await opener())();
    await bring(database, [first]);
    const broken = [...second, "CREATE TABLE :one (id TEXT)"];
    await expect(bring(database, [first, second, broken])).rejects.toThrow();
    await expect(database.rows("SELECT * FROM :two")).rejects.toThrow();
    expect(await database.rows("SELECT id FROM :one")).toHaveLength(1);
    await bring(database, [first, second]);
    expect(await database.rows("SELECT id FROM :one")).toHaveLength(2);
    await database.close();
  });

  test("a database of a newer program is refused, and stays as it is", async () => {
    const database = await (await opener())();
    await bring(database, [first, second]);
    await expect(bring(database, [first])).rejects.toMatchObject({
      code: "invalid_state",
      message: expect.stringContaining("a newer mortar made it"),
      hint: expect.stringContaining("mortar update"),
    });
    expect(await database.rows("SELECT id FROM :one")).toHaveLength(2);
    await database.close();
  });
});

describe.skipIf(!canRunPostgres)("a store in Postgres", () => {
  test("has its tables in the schema that is named, and knows tables of others", async () => {
    const database = await server.newDatabase();
    const store = await openStore(storeDeps(), { database, schema: `Ä "b` });
    await store.projects.create("ann", "n");
    await store.close();
    const again = await openStore(storeDeps(), { database, schema: `Ä "b` });
    expect(await again.projects.list("ann")).toHaveLength(1);
    await again.close();
    const other = await openStore(storeDeps(), { database });
    expect(await other.projects.list("ann")).toEqual([]);
    await other.close();
    const { SQL } = await import("bun");
    const sql = new SQL(database, { max: 1 });
    await sql.unsafe("CREATE SCHEMA builder_app");
    await sql.unsafe("CREATE TABLE builder_app.projects (id varchar(50))");
    await expect(openStore(storeDeps(), { database, schema: "builder_app" })).rejects.toMatchObject({
      code: "invalid_state",
      hint: expect.stringContaining("--database-schema"),
    });
    await sql.close();
  });

  test("may belong to a user who may do nothing but use it", async () => {
    const database = await server.newDatabase();
    const { SQL } = await import("bun");
    const sql = new SQL(database, { max: 1 });
    const user = `u${crypto.randomUUID().slice(0, 8)}`;
    await sql.unsafe(`CREATE ROLE ${user} LOGIN PASSWORD 'p'`);
    const theirs = new URL(database);
    [theirs.username, theirs.password] = [user, "p"];
    await expect(openStore(storeDeps(), { database: theirs.href })).rejects.toMatchObject({
      code: "permission_denied",
      hint: expect.stringContaining("GRANT CREATE ON DATABASE"),
    });
    await sql.unsafe(`CREATE SCHEMA mortar_app AUTHORIZATION ${user}`);
    const store = await openStore(storeDeps(), { database: theirs.href });
    expect((await store.projects.create("ann", "n")).name).toBe("n");
    await store.close();
    await sql.close();
  });

  test("is reached with the certificate that vouches for it, and with no other", async () => {
    const database = await server.newDatabase();
    const options = `?sslrootcert=${encodeURIComponent(server.certificateFile)}&channel_binding=require`;
    const store = await openStore(storeDeps(), { database: database + options });
    await store.check();
    await store.close();
    const other = { database: `${database}?sslrootcert=system`, retries: 0 };
    await expect(openStore(storeDeps(), other)).rejects.toMatchObject({ code: "unreachable" });
    const none = { database: `${database}?sslrootcert=/nowhere/ca.pem`, retries: 0 };
    await expect(openStore(storeDeps(), none)).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining("/nowhere/ca.pem"),
    });
    const bare = { database: `${database}?sslmode=disable&channel_binding=require`, retries: 0 };
    await expect(openStore(storeDeps(), bare)).rejects.toMatchObject({ code: "unreachable" });
  });

  test("that can only be read is told at once", async () => {
    const database = await server.newDatabase();
    await (await openStore(storeDeps(), { database })).close();
    const name = new URL(database).pathname.slice(1);
    await server.admin.unsafe(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await expect(openStore(storeDeps(), { database })).rejects.toMatchObject({
      code: "io",
      message: expect.stringContaining("read-only"),
    });
  });

  test("says what is wrong with a sign-in, a database and a server, and no password", async () => {
    const right = new URL(await server.newDatabase());
    const wrong = (change: (url: URL) => void): Promise<unknown> => {
      const url = new URL(right);
      change(url);
      return openStore(storeDeps(), { database: url.href, retries: 1, retryDelayMs: 1 }).catch(
        (thrown: unknown) => thrown,
      );
    };
    const cases = [
      await wrong((url) => (url.password = "not-that-one")),
      await wrong((url) => (url.username = "nobody")),
      await wrong((url) => (url.pathname = "/nowhere")),
      await wrong((url) => (url.port = "1")),
      await wrong((url) => (url.search = "?sslmode=verify-full")),
    ];
    const said = cases.map((thrown) =>
      String(thrown)
        .replace("Error: The database ", "")
        .replace(/^t[0-9a-f]{32} /, ""),
    );
    expect(said).toEqual([
      "at 127.0.0.1 refuses the user or the password",
      "at 127.0.0.1 refuses the user or the password",
      "nowhere at 127.0.0.1 is not there, though its server is",
      "at 127.0.0.1 does not answer",
      expect.stringContaining("self signed certificate"),
    ]);
    for (const thrown of cases) {
      expect(thrown).toMatchObject({ code: "unreachable", hint: expect.any(String) });
      expect(Bun.inspect(thrown)).not.toContain("not-that-one");
      expect(Bun.inspect(thrown)).not.toContain(server.password);
    }
  });
});
