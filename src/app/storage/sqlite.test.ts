// SQLite on a disk that is full, read-only, damaged or shared: in words, and with nothing half done.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openStore } from "./open-store.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";
import { storeDeps } from "./testing-stores.ts";

const posix = process.platform !== "win32";
let folder: string;
const stores: Store[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-sqlite-"));
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true, force: true });
});

const open = async (database: string): Promise<Store> => {
  const store = await openStore({ ...storeDeps(), cwd: folder }, { database });
  stores.push(store);
  return store;
};
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((thrown: unknown) => thrown);

test.skipIf(!posix)("the file, what lies beside it and a new folder are the user's alone", async () => {
  const store = await open("new/deep/app.db");
  await store.projects.create("ann", "n");
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
  expect(await modeOf(join(folder, "new"))).toBe(0o700);
  expect(await modeOf(join(folder, "new/deep"))).toBe(0o700);
  const files = await readdir(join(folder, "new/deep"));
  expect(files.toSorted()).toEqual(["app.db", "app.db-shm", "app.db-wal"]);
  for (const name of files) expect([name, await modeOf(join(folder, "new/deep", name))]).toEqual([name, 0o600]);
});

test("what was stored is there after a restart", async () => {
  const first = await open("app.db");
  const { id } = await first.projects.create("ann", "n");
  await first.close();
  stores.splice(0);
  expect(await (await open("app.db")).projects.access(id, "ann")).toMatchObject({ name: "n" });
});

test("a file that is deleted or replaced under the app is noticed, and a store that is closed says so", async () => {
  const store = await open("app.db");
  await store.check();
  if (posix) {
    await rm(join(folder, "app.db"));
    const moved = { code: "io", message: expect.stringContaining("deleted or replaced"), hint: expect.any(String) };
    expect(await failure(store.check())).toMatchObject(moved);
    await writeFile(join(folder, "app.db"), "");
    expect(await failure(store.check())).toMatchObject(moved);
  }
  await store.close();
  stores.splice(0);
  expect(await failure(store.projects.list("ann"))).toMatchObject({ code: "unavailable" });
});

describe("a file that cannot be used is told with what to do", () => {
  test("no database", async () => {
    await writeFile(join(folder, "app.db"), "This is a letter to my mother. ".repeat(100));
    expect(await failure(open("app.db"))).toMatchObject({ code: "io", message: expect.stringContaining("no SQLite") });
    expect(await Bun.file(join(folder, "app.db")).text()).toStartWith("This is a letter");
  });

  test("a folder, or below a file", async () => {
    await mkdir(join(folder, "app.db"));
    await writeFile(join(folder, "file"), "");
    for (const path of ["app.db", "file/app.db"]) {
      expect(await failure(open(path))).toMatchObject({ code: "io", hint: expect.any(String) });
    }
  });

  test.skipIf(!posix || process.getuid?.() === 0)("one that may not be written", async () => {
    const store = await open("app.db");
    await store.close();
    stores.splice(0);
    await chmod(join(folder, "app.db"), 0o400);
    expect(await failure(open("app.db"))).toMatchObject({ code: "io", hint: expect.stringContaining("writable") });
  });

  test.skipIf(process.platform !== "linux")("a disk that takes no files, for root too", async () => {
    expect(await failure(open("/sys/app.db"))).toMatchObject({ code: "io", hint: expect.stringContaining("/sys") });
  });
});

/** A database of the store's kind, with its pages counted. */
const openRaw = async (): Promise<Awaited<ReturnType<typeof openSqlite>>> =>
  await openSqlite(join(folder, "raw.db"), storeDeps().clock);

describe("a database", () => {
  test("that is full says so, keeps what was there, and goes on when there is room", async () => {
    const database = await openRaw();
    await database.run("CREATE TABLE :notes (id INTEGER PRIMARY KEY, text TEXT)");
    await database.run("INSERT INTO :notes (id, text) VALUES (0, 'kept')");
    await database.rows("PRAGMA max_page_count = 12");
    const fill = (): Promise<void> =>
      database.transaction(async (statements) => {
        for (let id = 1; id < 40; id++) {
          await statements.run("INSERT INTO :notes (id, text) VALUES ($1, $2)", [id, "x".repeat(3000)]);
        }
      });
    expect(await failure(fill())).toMatchObject({ code: "io", message: expect.stringContaining("the disk is full") });
    expect(await database.rows("SELECT id FROM :notes")).toEqual([{ id: 0 }]);
    await database.rows("PRAGMA max_page_count = 10000");
    await fill();
    expect(await database.rows("SELECT COUNT(*) AS notes FROM :notes")).toEqual([{ notes: 40 }]);
    await database.close();
  });

  test("that was made read-only says so", async () => {
    const database = await openRaw();
    await database.run("CREATE TABLE :notes (id INTEGER PRIMARY KEY)");
    await database.rows("PRAGMA query_only = 1");
    const thrown = await failure(database.run("INSERT INTO :notes (id) VALUES (1)"));
    expect(thrown).toMatchObject({ code: "io", message: expect.stringContaining("read-only") });
    await database.close();
  });

  test("held by another program is waited for", async () => {
    const [one, other] = [await openRaw(), await openRaw()];
    await one.run("CREATE TABLE :notes (id INTEGER PRIMARY KEY)");
    const released = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const holding = one.transaction(async (statements) => {
      await statements.run("INSERT INTO :notes (id) VALUES (1)");
      began.resolve();
      await released.promise;
    });
    await began.promise;
    const waiting = other.run("INSERT INTO :notes (id) VALUES (2)");
    // Readers do not wait for writers: what is not committed is not there for them.
    const third = await openRaw();
    expect(await third.rows("SELECT id FROM :notes")).toEqual([]);
    released.resolve();
    await Promise.all([holding, waiting]);
    expect(await third.rows("SELECT id FROM :notes ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
    for (const database of [one, other, third]) await database.close();
  });

  test("keeps statements of others out of a transaction", async () => {
    const database = await openRaw();
    await database.run("CREATE TABLE :notes (id INTEGER PRIMARY KEY)");
    const undone = database.transaction(async (statements) => {
      await statements.run("INSERT INTO :notes (id) VALUES (1)");
      await Promise.resolve();
      throw new Error("undone");
    });
    const other = database.run("INSERT INTO :notes (id) VALUES (2)");
    await expect(undone).rejects.toThrow("undone");
    await other;
    expect(await database.rows("SELECT id FROM :notes")).toEqual([{ id: 2 }]);
    await database.close();
  });

  test("counts its values by their numbers, wherever they stand", async () => {
    const database = await openRaw();
    const text = "SELECT $2 AS b, $1 AS a, $2 || $10 AS c";
    const values = ["one", "two", ...Array.from({ length: 7 }, () => "-"), "ten"];
    expect(await database.rows(text, values)).toEqual([{ a: "one", b: "two", c: "twoten" }]);
    await database.close();
  });

  test("keeps integers up to 2^53", async () => {
    const database = await openRaw();
    const [row] = await database.rows("SELECT $1 AS most", [Number.MAX_SAFE_INTEGER]);
    expect(row).toEqual({ most: Number.MAX_SAFE_INTEGER });
    await database.close();
  });
});

test("several processes that start on one new file all get it, and what each stores is kept", async () => {
  const program = `
    const { openStore } = await import(${JSON.stringify(join(import.meta.dir, "open-store.ts"))});
    const { storeDeps } = await import(${JSON.stringify(join(import.meta.dir, "testing-stores.ts"))});
    const store = await openStore(storeDeps(), { database: process.argv[1] });
    for (let at = 0; at < 20; at++) await store.projects.create("ann", "p" + at);
    await store.close();`;
  const file = join(folder, "shared", "app.db");
  const children = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, "-e", program, file], { stdin: "ignore", stdout: "ignore", stderr: "pipe" }),
  );
  const errors = await Promise.all(children.map((child) => new Response(child.stderr).text()));
  expect(errors).toEqual(["", "", "", ""]);
  const store = await open(file);
  expect(await store.projects.list("ann")).toHaveLength(80);
  expect(dirname(file)).toBe(join(folder, "shared"));
}, 30_000);
