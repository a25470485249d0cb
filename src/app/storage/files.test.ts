// Project files: contents once each, whole or not at all, whoever else is copying.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemClock } from "../../platform/clock.ts";
import type { FileStore, Store, StoredFile } from "./store.ts";
import { canRunPostgres, startPostgres, type TestPostgres } from "./testing-postgres.ts";
import { postgresBackend, sqliteBackend, type TestStore } from "./testing-stores.ts";

type Put = Parameters<FileStore["apply"]>[1]["put"][number];

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const hashOf = (bytes: Uint8Array<ArrayBuffer>): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex");

/** A file, and how often its content was asked for. */
function file(path: string, bytes: Uint8Array<ArrayBuffer>): Put & { readonly asked: () => number } {
  let asked = 0;
  const content = async (): Promise<Uint8Array<ArrayBuffer>> => {
    asked++;
    return bytes;
  };
  const facts = { path, hash: hashOf(bytes), size: bytes.length, mode: 0o644, modifiedMs: 1_767_225_600_000 };
  return { ...facts, content, asked: () => asked };
}

const factsOf = ({ path, hash, size, mode, modifiedMs }: StoredFile): StoredFile => ({
  path,
  hash,
  size,
  mode,
  modifiedMs,
});

let server: TestPostgres;
beforeAll(async () => {
  if (canRunPostgres) server = await startPostgres();
}, 60_000);
afterAll(async () => {
  if (canRunPostgres) await server[Symbol.asyncDispose]();
});

const backends = [sqliteBackend, ...(canRunPostgres ? [postgresBackend(() => server)] : [])];

describe.each(backends)("$name", (backend) => {
  let opened: TestStore;
  let store: Store;
  let project: string;
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs, ahead: (ms: number) => void (aheadMs += ms) };
  beforeAll(async () => {
    opened = await backend.open(clock);
    store = opened.store;
  });
  afterAll(() => opened[Symbol.asyncDispose]());
  const fresh = async (): Promise<void> => {
    project = (await store.projects.create("ann@example.com", "Files")).id;
  };

  test("a change is refused whole where a file is no longer as its author saw it", async () => {
    await fresh();
    const [one, two, three] = [file("a", bytesOf("1")), file("a", bytesOf("2")), file("b", bytesOf("3"))];
    const apply = (put: readonly Put[], remove: readonly string[], expects: [string, string | null][]): Promise<void> =>
      store.files.apply(project, { put, remove, expects: new Map(expects) });
    const refused = expect.objectContaining({ code: "conflict" });
    await apply([one], [], [["a", null]]);
    await expect(
      apply(
        [two, three],
        [],
        [
          ["b", null],
          ["a", null],
        ],
      ),
    ).rejects.toThrow(refused);
    await expect(apply([three], ["a"], [["a", two.hash]])).rejects.toThrow(refused);
    expect((await store.files.list(project)).map(factsOf)).toEqual([factsOf(one)]);
    await apply([two], [], [["a", one.hash]]);
    await apply(
      [three],
      ["a"],
      [
        ["a", two.hash],
        ["b", null],
      ],
    );
    expect((await store.files.list(project)).map(factsOf)).toEqual([factsOf(three)]);
    const tries = Array.from({ length: 5 }, (_, at) =>
      apply([file("b", bytesOf(`by ${at}`))], [], [["b", three.hash]]).then(
        () => 1,
        () => 0,
      ),
    );
    expect((await Promise.all(tries)).reduce<number>((sum, one) => sum + one, 0)).toBe(1);
  });

  test("files come back as they were, and the same content is brought and kept once", async () => {
    await fresh();
    const [one, same, empty] = [
      file("a b/ü.md", bytesOf("x\0y")),
      file("copy", bytesOf("x\0y")),
      file("e", bytesOf("")),
    ];
    await store.files.apply(project, { put: [one, same, empty], remove: [] });
    expect(one.asked() + same.asked()).toBe(1);
    expect((await store.files.list(project)).toSorted((a, b) => a.path.localeCompare(b.path))).toEqual(
      [one, same, empty].map(factsOf),
    );
    expect(await store.files.content(project, one.hash)).toEqual(bytesOf("x\0y"));
    expect(await store.files.content(project, empty.hash)).toEqual(bytesOf(""));
    await store.files.apply(project, { put: [{ ...one, mode: 0o600, modifiedMs: 1.5 }], remove: [] });
    expect(one.asked() + same.asked()).toBe(1);
    expect(await store.files.list(project)).toContainEqual({ ...factsOf(one), mode: 0o600, modifiedMs: 1 });
  });

  test("a content is kept while a file has it, and no longer; other projects do not see it", async () => {
    await fresh();
    const other = project;
    await fresh();
    const [one, two] = [file("one", bytesOf("shared")), file("two", bytesOf("shared"))];
    await store.files.apply(project, { put: [one, two], remove: [] });
    await store.files.apply(other, { put: [file("one", bytesOf("shared"))], remove: [] });
    await store.files.apply(project, { put: [], remove: ["one", "never there"] });
    expect(await store.files.content(project, one.hash)).toBeDefined();
    await store.files.apply(project, { put: [file("two", bytesOf("new"))], remove: [] });
    expect(await store.files.content(project, one.hash)).toBeUndefined();
    expect(await store.files.content(other, one.hash)).toEqual(bytesOf("shared"));
    await store.projects.remove(other);
    expect(await store.files.content(other, one.hash)).toBeUndefined();
    expect(await store.files.list(other)).toEqual([]);
  });

  test("a content of many pieces comes back whole", async () => {
    await fresh();
    const large = new Uint8Array(3 * 1024 * 1024 + 7).map((_none, at) => (at * 31) % 251);
    const exact = new Uint8Array(2 * 1024 * 1024).fill(7);
    const put = [file("large", large), file("exact", exact)];
    await store.files.apply(project, { put, remove: [] });
    for (const { hash, size } of put) {
      const read = await store.files.content(project, hash);
      expect([read?.length, hashOf(read ?? bytesOf(""))]).toEqual([size, hash]);
    }
  });

  test("what is not what it says, or too large, changes nothing", async () => {
    await fresh();
    const before = file("before", bytesOf("before"));
    await store.files.apply(project, { put: [before], remove: [] });
    const lying = { ...file("lying", bytesOf("other")), hash: hashOf(bytesOf("wanted")) };
    const grown = { ...file("grown", bytesOf("other")), size: 3 };
    const huge = { ...file("huge", bytesOf("x")), size: 100 * 1024 * 1024 + 1 };
    const failing = { ...file("f", bytesOf("failing")), content: () => Promise.reject(new Error("gone")) };
    const apply = (put: Put): Promise<unknown> =>
      store.files.apply(project, { put: [put], remove: ["before"] }).catch((thrown: unknown) => thrown);
    for (const changed of [lying, grown]) expect(await apply(changed)).toMatchObject({ code: "conflict" });
    expect(await apply(huge)).toMatchObject({ code: "too_large", hint: expect.stringContaining("104,857,600") });
    expect(huge.asked()).toBe(0);
    expect(await apply(failing)).toMatchObject({ message: "gone" });
    expect(await apply(file("", bytesOf("x")))).toMatchObject({ code: "invalid_input" });
    expect(await store.files.list(project)).toEqual([factsOf(before)]);
  });

  test("of a project that is not there nothing is kept", async () => {
    const put = [file("a", bytesOf("nobody's"))];
    await expect(store.files.apply("nowhere", { put, remove: [] })).rejects.toMatchObject({ code: "not_found" });
    expect(await store.files.content("nowhere", hashOf(bytesOf("nobody's")))).toBeUndefined();
  });

  test("what was brought and never named is taken away in the end", async () => {
    await fresh();
    const [left, kept] = [file("left", bytesOf("left behind")), file("kept", bytesOf("kept"))];
    const dying = { ...file("x", bytesOf("x")), content: () => Promise.reject(new Error("gone")) };
    await store.files.apply(project, { put: [left, dying], remove: [] }).catch(() => undefined);
    await store.files.apply(project, { put: [kept], remove: [] });
    expect(await store.files.content(project, left.hash)).toBeDefined();
    clock.ahead(2 * 86_400_000);
    await store.files.apply(project, { put: [], remove: [] });
    expect(await store.files.content(project, left.hash)).toBeUndefined();
    expect(await store.files.content(project, kept.hash)).toBeDefined();
  });

  test("copies of two replicas at once do not take each other's contents away", async () => {
    await fresh();
    const other = await opened.another();
    const names = Array.from({ length: 12 }, (_none, at) => `f${at}`);
    await Promise.all(
      names.map(async (name, at) => {
        const { files } = at % 2 === 0 ? store : other;
        await files.apply(project, { put: [file(name, bytesOf(`first ${name}`))], remove: [] });
        await files.apply(project, { put: [file(name, bytesOf(`second ${name}`))], remove: [] });
      }),
    );
    const list = await store.files.list(project);
    expect(list.map(({ path }) => path).toSorted()).toEqual(names.toSorted());
    for (const { path, hash } of list) {
      expect(await store.files.content(project, hash)).toEqual(bytesOf(`second ${path}`));
    }
  });
});
