// Lakebase: the emulator's API before a real Postgres with TLS, whose password is the last token that was given out.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../../emulator/testing-server.ts";
import { systemClock } from "../../platform/clock.ts";
import { MortarError } from "../../platform/errors.ts";
import { silentLogger } from "../../platform/log.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";
import { fixedCredentials } from "../../workspace/testing.ts";
import { createWorkspace } from "../../workspace/workspace.ts";
import { lakebaseConnection } from "./lakebase.ts";
import { openStore, type StoreOptions } from "./open-store.ts";
import type { Store } from "./store.ts";
import { parseTarget } from "./target.ts";
import { canRunPostgres, startPostgres, type TestPostgres } from "./testing-postgres.ts";
import { storeDeps } from "./testing-stores.ts";

const endpoint = "projects/shop/branches/production/endpoints/primary";
let server: TestPostgres;
let emulator: TestEmulator;
let user = "";
let asked: string[] = [];
let failing = false;
let aheadMs = 0;
const clock = { ...systemClock, now: () => Date.now() + aheadMs };
let database = "";
const stores: Store[] = [];
/** The emulator as a workspace; each password that it gives out becomes the one that Postgres takes. */
function workspaceOf(): WorkspaceSource {
  const headers = async (): Promise<Record<string, string>> => ({ Authorization: `Bearer ${emulator.token}` });
  const workspace = createWorkspace({
    deps: {
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        if (!pathname.endsWith("/credentials")) return answer;
        asked.push(pathname);
        if (failing) return Response.json({ error_code: "PERMISSION_DENIED", message: "No." }, { status: 403 });
        const { token } = (await answer.clone().json()) as { token: string };
        await server.admin.unsafe(`ALTER ROLE "${user}" PASSWORD '${token}'`);
        return answer;
      },
      clock: systemClock,
      log: silentLogger,
      env: {},
      os: "linux",
    },
    credentials: fixedCredentials(emulator.host, { headers }),
    userAgent: { version: "1.2.3" },
  });
  return { open: async () => workspace, forget: () => undefined };
}

const open = async (written: string, more: Partial<StoreOptions> = {}): Promise<Store> => {
  const store = await openStore(storeDeps(clock), {
    database: `lakebase:${written}/${database}?host=127.0.0.1&port=${server.port}&sslmode=require`,
    workspace: workspaceOf(),
    poolSize: 3,
    retryDelayMs: 5,
    ...more,
  });
  stores.push(store);
  return store;
};

/** Ends all connections to the test's database: the next statement needs a new one. */
const disconnect = async (): Promise<void> => {
  await server.admin.unsafe(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${database}'`,
  );
};

describe.skipIf(!canRunPostgres)("a database in Lakebase", () => {
  beforeAll(async () => {
    [server, emulator] = await Promise.all([startPostgres(), startTestEmulator()]);
    await emulator.call("POST /api/2.0/postgres/projects?project_id=shop", { body: {} });
    await emulator.call("POST /api/2.0/database/instances", { body: { name: "shop", capacity: "CU_1" } });
    user = (
      await workspaceOf()
        .open()
        .then((workspace) => workspace.identity.me())
    ).userName;
    await server.admin.unsafe(`CREATE ROLE "${user}" LOGIN SUPERUSER`);
  }, 60_000);
  afterAll(async () => {
    await emulator.dispose();
    await server[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    [asked, failing, aheadMs] = [[], false, 0];
    database = new URL(await server.newDatabase()).pathname.slice(1);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });

  describe.each([
    ["an endpoint", endpoint, "/api/2.0/postgres/credentials"],
    ["an instance", "shop", "/api/2.0/database/credentials"],
  ])("%s", (_name, written, path) => {
    test("gives out a password that all connections share, and another before it ends", async () => {
      const several = await open(written);
      await Promise.all(Array.from({ length: 5 }, (_none, at) => several.settings.set("ann", `s${at}`, at)));
      expect(asked).toEqual([path]);
      const store = await open(written, { poolSize: 1 });
      expect(asked).toEqual([path, path]);
      aheadMs = 30 * 60_000;
      await disconnect();
      expect(await store.settings.get("ann", "s1")).toBe(1);
      expect(asked).toEqual([path, path]);
      aheadMs = 58 * 60_000;
      await disconnect();
      expect(await store.settings.get("ann", "s1")).toBe(1);
      expect(asked).toEqual([path, path, path]);
    });

    test("whose password was taken back gives another", async () => {
      const store = await open(written, { poolSize: 1 });
      await server.admin.unsafe(`ALTER ROLE "${user}" PASSWORD 'taken back'`);
      await disconnect();
      await store.settings.set("ann", "a", 1);
      expect(asked).toEqual([path, path]);
    });

    test("that gives out no password is unreachable, and works again when it does", async () => {
      const store = await open(written, { retries: 1, poolSize: 1 });
      failing = true;
      aheadMs = 2 * 3_600_000;
      await disconnect();
      const thrown = await store.check().catch((reason: unknown) => reason);
      expect(thrown).toMatchObject({ code: "unreachable", message: expect.stringContaining("gives out no password") });
      failing = false;
      await store.check();
    });

    test("has an address and a user that the workspace says", async () => {
      const target = parseTarget(storeDeps(), `lakebase:${written}`);
      if (target.kind !== "lakebase") throw new Error("It is not in Lakebase");
      const connection = await lakebaseConnection(target, { clock, workspace: workspaceOf() });
      expect(connection).toMatchObject({ port: 5432, database: "databricks_postgres", user, tls: "verify-full" });
      expect(connection.host).toEndWith(".database.emulator.invalid");
      expect(JSON.stringify(connection)).not.toContain("emulated.");
    });
  });

  test("a server that cannot prove who it is gets no token", async () => {
    const written = `lakebase:shop/${database}?host=127.0.0.1&port=${server.port}`;
    const options = { database: written, workspace: workspaceOf(), retries: 0 };
    const thrown = await openStore(storeDeps(clock), options).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({ code: "unreachable", message: expect.stringContaining("certificate") });
  });

  test("what is not there, and a workspace that nobody is signed in to, is told at once", async () => {
    const failure = async (options: StoreOptions): Promise<unknown> =>
      await openStore(storeDeps(clock), options).catch((reason: unknown) => reason);
    const workspace = workspaceOf();
    expect(await failure({ database: "lakebase:nowhere", workspace })).toMatchObject({ code: "not_found" });
    expect(await failure({ database: "lakebase:projects/no/branches/b/endpoints/e", workspace })).toMatchObject({
      code: "not_found",
    });
    expect(await failure({ database: "lakebase:shop" })).toMatchObject({ code: "config_missing" });
    const refusing = { open: () => Promise.reject(new MortarError("not_signed_in", "No.")), forget: () => undefined };
    expect(await failure({ database: "lakebase:shop", workspace: refusing })).toMatchObject({ code: "not_signed_in" });
  });
});
