// Two machines on one database, whatever they do at the same time: over every database that there is.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startPostgres, type TestPostgres } from "../storage/testing-postgres.ts";
import { postgresBackend, sqliteBackend } from "../storage/testing-stores.ts";
import type { Store } from "../storage/store.ts";
import { bring, copy } from "./folders.ts";
import { createLive, type Keeping, type Live } from "./live.ts";
import { openHouse, type House } from "./testing-projects.ts";

setDefaultTimeout(120_000);

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A machine whose copying is done when the test says so. */
interface Replica extends AsyncDisposable {
  readonly live: Live;
  sync(): Promise<void>;
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Contents by path, without what is hidden. */
  tree(): Promise<ReadonlyMap<string, string>>;
}

let tick = 0;

async function replica(store: Store, id: string): Promise<Replica> {
  const root = await mkdtemp(join(tmpdir(), "mortar-replica-"));
  const ignore = (): void => undefined;
  const log = { level: "normal" as const, warn: ignore, info: ignore, debug: ignore };
  const os = process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
  // Each conflict at a second of its own.
  const clock = { now: () => Date.now() + 1000 * tick++, sleep: async () => undefined };
  const keeping: Keeping = { deps: { os, log, clock }, store };
  const live = createLive(root, id, keeping.deps);
  const at = (path: string): string => join(live.root.path, "files", ...path.split("/"));
  await bring(keeping, live);
  return {
    live,
    sync: () => copy(keeping, live),
    write: async (path, content) => {
      const parts = path.split("/");
      for (let depth = 1; depth < parts.length; depth++) {
        const above = at(parts.slice(0, depth).join("/"));
        if ((await stat(above).catch(() => undefined))?.isFile() === true) await rm(above);
      }
      if ((await stat(at(path)).catch(() => undefined))?.isDirectory() === true)
        await rm(at(path), { recursive: true });
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },
    remove: (path) => rm(at(path), { recursive: true, force: true }).catch(ignore),
    tree: () => treeOf(join(live.root.path, "files")),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function treeOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const tree = new Map<string, string>();
  for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
    if ((await stat(join(folder, name))).isFile()) tree.set(name, await readFile(join(folder, name), "utf8"));
  }
  return tree;
}

describe.each([sqliteBackend, postgresBackend(() => server)])("replicas on $name", (backend) => {
  async function pair(house: House, other?: Store): Promise<{ id: string; left: Replica; right: Replica }> {
    const id = await house.newProject();
    const left = await replica(house.store, id);
    await left.sync();
    return { id, left, right: await replica(other ?? (await house.another()), id) };
  }

  test("restore a project as it was: any tree, any bytes", async () => {
    await using house = await openHouse(backend);
    const other = await house.another();
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((text) => /^[^/\\\p{C}.]+$/u.test(text));
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `x${parts.join("/x")}`);
    const tree = fc.dictionary(path, fc.uint8Array({ maxLength: 300 }), { maxKeys: 8 });
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const id = await house.newProject();
        const here = await house.machine();
        await here.projects.open(id);
        const put: [string, Uint8Array][] = [];
        for (const [below, content] of Object.entries(files)) {
          const isDone = await here.put(id, `files/${below}`, content).then(
            () => true,
            () => false,
          );
          if (isDone) put.push([below, content]);
        }
        here.projects.changed(id);
        await here.projects.close();
        const there = await house.machine({ store: other });
        await there.projects.open(id);
        for (const [below] of put) {
          const [one, other] = [here, there].map((machine) => readFile(machine.path(id, `files/${below}`)));
          expect(await other).toEqual((await one) ?? Buffer.alloc(0));
        }
        await there.projects.close();
      }),
      { numRuns: 8 },
    );
  });

  test("lose nothing that was not sent, and come to the same, whatever both do", async () => {
    await using house = await openHouse(backend);
    const other = await house.another();
    const path = fc.constantFrom("a.txt", "b", "c", "c/d", "c/e/f.py");
    const who = fc.constantFrom("left" as const, "right" as const);
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ who, does: fc.constant("write" as const), path }) },
      { weight: 1, arbitrary: fc.record({ who, does: fc.constant("remove" as const), path }) },
      { weight: 3, arbitrary: fc.record({ who, does: fc.constant("sync" as const), path }) },
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const { left, right } = await pair(house, other);
        await using one = left;
        await using two = right;
        const sides = { left: one, right: two };
        const unsent = { left: new Set<string>(), right: new Set<string>() };
        const sync = async (side: "left" | "right"): Promise<void> => {
          const before = new Set((await sides[side].tree()).values());
          await sides[side].sync();
          const after = new Set((await sides[side].tree()).values());
          for (const content of unsent[side]) if (before.has(content)) expect(after).toContain(content);
          unsent[side].clear();
        };
        for (const { who: side, does, path: at } of steps) {
          const content = `${side} ${count++}`;
          if (does === "sync") await sync(side);
          else if (does === "remove") await sides[side].remove(at);
          else {
            await sides[side].write(at, content);
            unsent[side].add(content);
          }
        }
        for (let round = 0; round < 5; round++) {
          await sync("left");
          await sync("right");
        }
        expect([...(await one.tree())]).toEqual([...(await two.tree())]);
      }),
      { numRuns: 25 },
    );
  });

  test("keep both where another sends in the middle of a copy", async () => {
    await using house = await openHouse(backend);
    const { id, left, right } = await pair(house);
    await using one = left;
    await right[Symbol.asyncDispose]();
    const store = await house.another();
    let isFirst = true;
    const between: Store = {
      ...store,
      files: {
        ...store.files,
        apply: async (project, change) => {
          if (change.put.length > 0 && isFirst) {
            isFirst = false;
            await one.write("a.txt", "left");
            await one.write("mine.txt", "left");
            await one.sync();
          }
          return store.files.apply(project, change);
        },
      },
    };
    await using two = await replica(between, id);
    await two.write("a.txt", "right");
    await two.sync();
    await one.sync();
    const tree = await one.tree();
    expect(tree.get("a.txt")).toBe("left");
    expect([...tree.values()]).toContain("right");
    expect([...(await two.tree())]).toEqual([...tree]);
  });

  test.skipIf(process.platform === "win32")("carry that a script can be run, and that it no longer can", async () => {
    await using house = await openHouse(backend);
    const { left, right } = await pair(house);
    await using one = left;
    await using two = right;
    const modeOf = async ({ live }: Replica): Promise<number> =>
      (await stat(join(live.root.path, "files/run.sh"))).mode & 0o777;
    await one.write("run.sh", "#!/bin/sh\n");
    await one.sync();
    await two.sync();
    expect(await modeOf(two)).toBe(await modeOf(one));
    for (const mode of [0o755, 0o644]) {
      await chmod(join(one.live.root.path, "files/run.sh"), mode);
      await one.sync();
      await two.sync();
      expect(await modeOf(two)).toBe(mode);
    }
    expect((await one.tree()).size).toBe(2);
  });
});
