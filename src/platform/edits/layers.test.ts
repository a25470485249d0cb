// Several owners in one file: whoever comes and goes in whatever order, each value is the last one's, and in the end all
// bytes are as they were.
import { afterEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  mkdirSync,
  lstatSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, assert, asyncProperty, constantFrom, oneof, record } from "fast-check";
import { systemClock } from "../clock.ts";
import { resolvePaths } from "../paths.ts";
import type { Change } from "./changes.ts";
import { applyAll, applyEdit, applyFile, listEdits, revertEdits, type EditDeps } from "./edits.ts";
import { formats, type FormatName } from "./formats.ts";
import { recordPath } from "./record.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function world(): { readonly deps: EditDeps; readonly home: string } {
  const home = mkdtempSync(join(tmpdir(), "mortar-layers-"));
  folders.push(home);
  return { deps: { paths: resolvePaths({ MORTAR_HOME: join(home, "mortar") }, "linux"), clock: systemClock }, home };
}

const put = (name: string, value?: string): Change => ({
  kind: "set",
  path: name.split("."),
  ...(value === undefined ? {} : { value }),
});

const texts: Readonly<Record<FormatName, readonly (string | undefined)[]>> = {
  json: [
    undefined,
    "",
    "{}",
    '{\n  // mine\n  "a": "own", // note\n  "t": { "b": "own" },\n  "n": 12345678901234567890\n}\n',
    '\uFEFF{\r\n\t"t": {},\r\n\t"é": [1, 2]\r\n}',
  ],
  toml: [
    undefined,
    "",
    '# mine\na = "own" # note\n\n[t]\nb = "own"\n\n[[list]]\nx = 1\n',
    "b = 9223372036854775807\r\n[u]\r\n",
  ],
  yaml: [
    undefined,
    "",
    "# mine\na: own # note\nt:\n  b: own\nlist:\n- 1\n",
    "\uFEFFt: {b: own, c: [1]}\r\nbig: 12345678901234567890",
  ],
  env: [undefined, "", "# mine\na=own # note\nexport b='own'\n", "\uFEFFb=own\r\nX=1"],
};
const nested = ["a", "b", "t.b", "t.c", "new.x"] as const;
const flat = ["a", "b", "c"] as const;
const owners = ["one", "two", "three"] as const;

describe.each(["json", "toml", "yaml", "env"] as const)("%s", (format) => {
  const names = format === "env" ? flat : nested;
  const change = record({ name: constantFrom(...names), value: constantFrom("1", "2", undefined) });
  const step = oneof(
    record({ owner: constantFrom(...owners), wants: array(change, { minLength: 1, maxLength: 3 }) }),
    record({ owner: constantFrom(...owners), wants: constantFrom(undefined) }),
  );

  test("comes back to the byte, and what the last one wants holds", async () => {
    const { deps, home } = world();
    const file = join(home, "below", `file.${format}`);
    await assert(
      asyncProperty(
        constantFrom(...texts[format]),
        array(step, { minLength: 1, maxLength: 6 }),
        async (text, steps) => {
          rmSync(join(home, "below"), { recursive: true, force: true });
          if (text !== undefined) mkdirSync(join(home, "below"));
          if (text !== undefined) writeFileSync(file, text);
          for (const { owner, wants } of steps) {
            if (wants === undefined) {
              await revertEdits(deps, owner);
              continue;
            }
            const changes = wants.map(({ name, value }) => put(name, value));
            await applyEdit(deps, { owner, file, format, changes });
            const root = existsSync(file) ? formats[format].parse(readFileSync(file, "utf8")) : {};
            const last = wants.at(-1);
            const found = (last?.name ?? "").split(".").reduce<unknown>((at, part) => (at as never)?.[part], root);
            expect(found).toBe(last?.value);
          }
          for (const owner of owners) await revertEdits(deps, owner);
          expect(existsSync(file) ? readFileSync(file, "utf8") : undefined).toBe(text);
          expect(existsSync(join(home, "below"))).toBe(text !== undefined);
          expect(await listEdits(deps)).toEqual([]);
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  }, 60_000);
});

describe("when one of several goes", () => {
  const apply = (deps: EditDeps, file: string, owner: string, ...changes: Change[]) =>
    applyEdit(deps, { owner, file, format: "json", changes });
  const value = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

  test("the other's value stays, and what stood there first comes back with the last", async () => {
    const { deps, home } = world();
    const file = join(home, "a.json");
    writeFileSync(file, '{"a":"own"}');
    await apply(deps, file, "one", put("a", "1"));
    await apply(deps, file, "two", put("a", "2"));
    await revertEdits(deps, "one");
    expect(value(file)).toEqual({ a: "2" });
    await revertEdits(deps, "two");
    expect(readFileSync(file, "utf8")).toBe('{"a":"own"}');
  });

  test("a value that both want stays until both are gone", async () => {
    const { deps, home } = world();
    const file = join(home, "a.json");
    writeFileSync(file, "{}");
    await apply(deps, file, "one", put("a", "1"));
    await apply(deps, file, "two", put("a", "1"));
    await revertEdits(deps, "one");
    expect(value(file)).toEqual({ a: "1" });
    await revertEdits(deps, "two");
    expect(readFileSync(file, "utf8")).toBe("{}");
  });

  test("a value that a person has changed since stays theirs", async () => {
    const { deps, home } = world();
    const file = join(home, "a.json");
    writeFileSync(file, "{}");
    await apply(deps, file, "one", put("x", "1"));
    await apply(deps, file, "two", put("a", "2"), put("b", "2"));
    writeFileSync(file, '{"x":"1","a":"theirs","b":"2"}');
    await revertEdits(deps, "one");
    expect(value(file)).toEqual({ a: "theirs", b: "2" });
    expect((await revertEdits(deps, "two"))[0]).toMatchObject({ status: "restored" });
    expect(value(file)).toEqual({ a: "theirs" });
  });

  test("a file that both have as a whole is there until both are gone", async () => {
    const { deps, home } = world();
    const file = join(home, "plugin.js");
    await applyFile(deps, { owner: "one", file, content: "1" });
    await applyFile(deps, { owner: "two", file, content: "2" });
    await revertEdits(deps, "two");
    expect(readFileSync(file, "utf8")).toBe("1");
    await applyFile(deps, { owner: "two", file, content: "2" });
    await revertEdits(deps, "one");
    expect(readFileSync(file, "utf8")).toBe("2");
    await revertEdits(deps, "two");
    expect(existsSync(file)).toBe(false);
  });

  test("a date and a large number of TOML come back as they were, also value by value", async () => {
    const { deps, home } = world();
    const file = join(home, "a.toml");
    const text = "a = 9223372036854775807\nb = 2026-11-21\nc = 2026-11-21T10:00:00Z\n";
    writeFileSync(file, text);
    const changes = ["a", "b", "c"].map((name) => put(name, "ours"));
    await applyEdit(deps, { owner: "one", file, format: "toml", changes });
    writeFileSync(file, `${readFileSync(file, "utf8")}\n[theirs]\nx = 1\n`);
    await revertEdits(deps, "one");
    expect(readFileSync(file, "utf8")).toBe(`${text}\n[theirs]\nx = 1\n`);
  });

  test("records from before they held all wishes are understood", async () => {
    const { deps, home } = world();
    const file = join(home, "a.json");
    writeFileSync(file, "{}");
    await apply(deps, file, "one", put("a", "1"));
    await apply(deps, file, "two", put("b", "2"));
    const records = JSON.parse(readFileSync(recordPath(deps), "utf8")) as { edits: Record<string, unknown>[] };
    for (const one of records.edits) delete one["wished"];
    writeFileSync(recordPath(deps), JSON.stringify(records));
    await revertEdits(deps, "one");
    expect(value(file)).toEqual({ b: "2" });
    await revertEdits(deps, "two");
    expect(readFileSync(file, "utf8")).toBe("{}");
  });
});

test("what was put on record, and then never written, takes nothing away", async () => {
  const { deps, home } = world();
  const file = join(home, "a.json");
  const text = '{"a":"own","gone":"own","list":[{"x":1}]}';
  writeFileSync(file, text);
  const append: Change = { kind: "append", path: ["list"], value: { y: 1 } };
  const changes = [put("a", "1"), put("gone"), put("new", "1"), append];
  await applyEdit(deps, { owner: "one", file, format: "json", changes });
  // As a machine leaves it that went down between the two.
  writeFileSync(file, text);
  await revertEdits(deps, "one");
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(await listEdits(deps)).toEqual([]);
});

test("folders that were made for a file go too where somebody has deleted the file, unless something is in them", async () => {
  const { deps, home } = world();
  const [first, second] = [join(home, "x", "y", "a.json"), join(home, "z", "b.json")];
  for (const file of [first, second]) {
    await applyEdit(deps, { owner: "one", file, format: "json", changes: [put("a", "1")] });
    rmSync(file);
  }
  writeFileSync(join(home, "z", "theirs"), "");
  expect((await revertEdits(deps, "one")).map(({ status }) => status)).toEqual(["unchanged", "unchanged"]);
  expect([existsSync(join(home, "x")), existsSync(join(home, "z"))]).toEqual([false, true]);
});

describe("all files of an owner", () => {
  const all = { owner: "us", files: [], replaces: [] } as const;
  const edit = (file: string, name: string) => ({ file, format: "json", changes: [put(name, "1")] }) as const;

  test("that are not wanted any more are taken back, and others' give way", async () => {
    const { deps, home } = world();
    const [first, second] = [join(home, "1.json"), join(home, "2.json")];
    await applyEdit(deps, { owner: "hooks", file: second, format: "json", changes: [put("h", "1")] });
    await applyAll(deps, { ...all, edits: [edit(first, "a")] });
    const changes = await applyAll(deps, { ...all, edits: [edit(second, "b")], replaces: ["hooks"] });
    expect(changes.map(({ file, after }) => [file, after === undefined])).toEqual([
      [second, false],
      [first, true],
    ]);
    expect(JSON.parse(readFileSync(second, "utf8"))).toEqual({ b: "1" });
    expect(existsSync(first)).toBe(false);
    expect((await listEdits(deps)).map(({ owner }) => owner)).toEqual(["us"]);
  });

  test("are not written where one of them cannot be understood", async () => {
    const { deps, home } = world();
    const [first, second] = [join(home, "1.json"), join(home, "2.json")];
    writeFileSync(second, "{\n\n nonsense");
    const made = applyAll(deps, { ...all, edits: [edit(first, "a"), edit(second, "b")] });
    await expect(made).rejects.toMatchObject({ code: "config_invalid", message: expect.stringContaining("line 3") });
    expect(existsSync(first)).toBe(false);
    expect(await listEdits(deps)).toEqual([]);
  });

  test("a link to a file that is not there yet stays when the file goes", async () => {
    const { deps, home } = world();
    const [link, real] = [join(home, "link.json"), join(home, "real.json")];
    symlinkSync(real, link);
    await applyAll(deps, { ...all, edits: [edit(link, "a")] });
    expect(existsSync(real)).toBe(true);
    await revertEdits(deps, "us");
    expect([existsSync(real), lstatSync(link).isSymbolicLink()]).toEqual([false, true]);
  });
});
