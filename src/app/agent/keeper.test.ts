// A transcript that is kept with the project while the agent writes it, and after.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFile, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeeper, setAside, type Kept } from "./keeper.ts";

let root: string;
let source: string;
let transcript: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "keeper-"));
  source = join(root, "agents.jsonl");
  transcript = join(root, "project", "sessions", "kept.jsonl");
});
afterEach(() => rm(root, { recursive: true, force: true }));

function keeper(changes: Partial<Kept> = {}) {
  const sourceOf = async (): Promise<string | undefined> => ((await Bun.file(source).exists()) ? source : undefined);
  return createKeeper({ sourceOf, transcript, clock: { now: () => 0 }, ...changes });
}

test("is there as soon as the agent has written something, and grows with it", async () => {
  const one = keeper();
  await one.keep("s");
  expect(await Bun.file(transcript).exists()).toBe(false);
  await writeFile(source, "one\n");
  await one.keep("s");
  expect(await readFile(transcript, "utf8")).toBe("one\n");
  await appendFile(source, "two\n");
  // Nothing more was done, as if this process had been killed.
  expect(await readFile(transcript, "utf8")).toBe("one\ntwo\n");
  await one.close("s");
  expect(await readFile(transcript, "utf8")).toBe("one\ntwo\n");
  expect(await Bun.file(source).exists()).toBe(false);
});

test("is copied where it cannot be one file, now and then and at the end", async () => {
  let now = 0;
  const one = keeper({ clock: { now: () => now } });
  await writeFile(source, "one\n");
  await Bun.write(transcript, "of before");
  await one.keep("s");
  expect(await readFile(transcript, "utf8")).toBe("one\n");
  await appendFile(source, "two\n");
  await one.keep("s");
  expect(await readFile(transcript, "utf8")).toBe("one\n");
  now = 2_000;
  await one.keep("s");
  expect(await readFile(transcript, "utf8")).toBe("one\ntwo\n");
  await appendFile(source, "three\n");
  await one.close("s");
  expect(await readFile(transcript, "utf8")).toBe("one\ntwo\nthree\n");
});

test("is not replaced by what an earlier run left behind", async () => {
  await writeFile(source, "old\n");
  await utimes(source, 1, 1);
  await Bun.write(transcript, "old\nnewer\n");
  await keeper().close("s");
  expect(await readFile(transcript, "utf8")).toBe("old\nnewer\n");
  expect(await Bun.file(source).exists()).toBe(false);
});

test("leaves the agent its file where it is lost without", async () => {
  await writeFile(source, "one\n");
  await keeper({ keepsSource: true }).close("s");
  expect(await Bun.file(source).exists()).toBe(true);
  expect(await readFile(transcript, "utf8")).toBe("one\n");
});

test("that cannot be kept does not end a turn, and is a failure at its end", async () => {
  await writeFile(source, "one\n");
  await writeFile(join(root, "project"), "a file in the place of the folder");
  const one = keeper();
  await one.keep("s");
  const failure = await one.close("s").catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(Error);
  expect(await Bun.file(source).exists()).toBe(true);
});

test("is put aside, not thrown away, where nobody can read it", async () => {
  await Bun.write(transcript, "garbage");
  expect(await setAside(transcript)).toBe(true);
  expect(await readdir(join(root, "project", "sessions"))).toEqual(["kept.jsonl.unreadable"]);
  expect(await setAside(transcript)).toBe(false);
});

test.if(process.platform !== "win32")("of nobody else is written through a link", async () => {
  await writeFile(source, "one\n");
  await writeFile(join(root, "theirs"), "theirs");
  await Bun.write(join(root, "project", "sessions", "x"), "");
  await symlink(join(root, "theirs"), transcript);
  await keeper().close("s");
  expect(await readFile(join(root, "theirs"), "utf8")).toBe("theirs");
  expect((await stat(transcript)).isFile()).toBe(true);
});
