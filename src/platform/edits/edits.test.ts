// Edits of files that belong to others: nothing but the wish is changed, and it is taken back to the byte.
import { afterEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, asyncProperty, boolean, constantFrom, dictionary, jsonValue } from "fast-check";
import { systemClock } from "../clock.ts";
import { resolvePaths } from "../paths.ts";
import type { Change } from "./changes.ts";
import { applyEdit, applyFile, listEdits, revertEdits, type EditDeps, type EditRequest } from "./edits.ts";
import { parseJsonObject, setJson } from "./json-text.ts";

// The parser of both sides takes this name for the prototype, which is no member.
const anyJson = (maxDepth: number) =>
  jsonValue({ maxDepth }).filter((value) => !JSON.stringify(value).includes("__proto__"));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface World {
  readonly deps: EditDeps;
  readonly file: string;
  put(text: string): void;
  text(): string;
  apply(changes: readonly Change[], more?: Partial<EditRequest>): ReturnType<typeof applyEdit>;
  revert(owner?: string): ReturnType<typeof revertEdits>;
}

function world(name = "settings.json", format: EditRequest["format"] = "json"): World {
  const home = mkdtempSync(join(tmpdir(), "mortar-edits-"));
  folders.push(home);
  const env = { HOME: home, MORTAR_HOME: join(home, "mortar") };
  const deps: EditDeps = {
    paths: resolvePaths(env, "linux"),
    clock: systemClock,
  };
  const file = join(home, name);
  return {
    deps,
    file,
    put: (text) => writeFileSync(file, text),
    text: () => readFileSync(file, "utf8"),
    apply: (changes, more = {}) => applyEdit(deps, { owner: "us", file, format, changes, ...more }),
    revert: (owner = "us") => revertEdits(deps, owner),
  };
}

const entry = { matcher: "startup", hooks: [{ type: "command", command: "mortar hooks session-start" }] };
const wished: readonly Change[] = [
  { kind: "set", path: ["env", "ANTHROPIC_BASE_URL"], value: "http://127.0.0.1:1/p/DEFAULT/anthropic" },
  { kind: "set", path: ["env", "ANTHROPIC_AUTH_TOKEN"], value: "key" },
  { kind: "append", path: ["hooks", "SessionStart"], value: entry, inner: "hooks" },
  { kind: "set", path: ["apiKeyHelper"] },
];

const samples: Readonly<Record<string, string>> = {
  "two spaces": '{\n  "model": "opus",\n  "env": {\n    "B": "1"\n  }\n}\n',
  tabs: '{\n\t"env": {\n\t\t"B": "1"\n\t},\n\t"z": 1\n}',
  "no line end": '{"env":{},"hooks":{}}',
  "CRLF and a byte order mark": '\uFEFF{\r\n    "env": {\r\n        "A": "x"\r\n    }\r\n}\r\n',
  comments: '// top\n{\n  // env\n  "env": { "B": "1" /* one */ }, // end\n  /* last */\n}\n// bottom\n',
  "big numbers and signs": '{ "id": 12345678901234567890, "f": 1.50, "s": "<&>\\u00e9\\/" }\n',
  "what we take out": '{\n  "apiKeyHelper": "/bin/helper", // mine\n  "env": {}\n}\n',
  "a hook of the person":
    '{ "hooks": { "SessionStart": [ { "hooks": [ { "type": "command", "command": "x" } ] } ] } }\n',
  "a value that we overwrite": '{ "env": { "ANTHROPIC_AUTH_TOKEN": "mine" } }\n',
  nothing: "",
  "an empty object": "{}",
  blank: "  \n\n",
};

describe("apply, then revert, gives back the same bytes", () => {
  test.each(Object.entries(samples))("%s", async (_name, text) => {
    const made = world();
    made.put(text);
    await made.apply(wished);
    const root = parseJsonObject(made.text());
    expect(root?.["env"]).toMatchObject({ ANTHROPIC_AUTH_TOKEN: "key" });
    expect(root?.["apiKeyHelper"]).toBeUndefined();
    expect(made.text()).not.toBe(text);
    await made.revert();
    expect(made.text()).toBe(text);
    expect(await listEdits(made.deps)).toEqual([]);
  });

  test("whatever the file holds, and however often it is applied", async () => {
    const made = world();
    const json = dictionary(constantFrom("env", "hooks", "a", "é", "x y"), anyJson(3));
    const spaces = constantFrom(0, 1, 2, 4, "\t");
    const ends = constantFrom("", "\n", "\r\n", " // end\n");
    await assert(
      asyncProperty(json, spaces, ends, boolean(), async (value, indent, end, twice) => {
        const text = JSON.stringify(value, null, indent) + end;
        made.put(text);
        try {
          await made.apply(wished);
        } catch {
          // Something else stands where an object or a list should: then nothing is written.
          expect(made.text()).toBe(text);
          return;
        }
        if (twice) await made.apply(wished);
        const { env, hooks } = parseJsonObject(made.text()) as { env: object; hooks: { SessionStart: unknown[] } };
        expect(env).toMatchObject({ ANTHROPIC_AUTH_TOKEN: "key" });
        expect(hooks.SessionStart.filter((one) => Bun.deepEquals(one, entry))).toHaveLength(1);
        await made.revert();
        expect(made.text()).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test("a file that was not there is gone again", async () => {
    const made = world();
    await made.apply(wished);
    expect(statSync(made.file).mode & 0o777).toBe(0o600);
    expect(await made.revert()).toEqual([{ file: made.file, status: "removed", kept: 0 }]);
    expect(existsSync(made.file)).toBe(false);
  });
});

describe("a file that somebody else changed meanwhile", () => {
  test("keeps what they did and loses what is still ours", async () => {
    const made = world();
    made.put('{\n  "model": "opus"\n}\n');
    await made.apply(wished);
    let text = setJson(made.text(), ["theme"], "dark");
    text = setJson(text, ["env", "THEIRS"], "1");
    made.put(setJson(text, ["hooks", "SessionStart", 0, "hooks", 1], { type: "command", command: "theirs" }));
    expect(await made.revert()).toEqual([{ file: made.file, status: "restored", kept: 0 }]);
    expect(parseJsonObject(made.text())).toEqual({
      model: "opus",
      theme: "dark",
      env: { THEIRS: "1" },
      hooks: { SessionStart: [{ matcher: "startup", hooks: [{ type: "command", command: "theirs" }] }] },
    });
  });

  test("keeps a value that is no longer ours, and says so", async () => {
    const made = world();
    made.put('{ "env": { "ANTHROPIC_AUTH_TOKEN": "before" } }\n');
    await made.apply(wished);
    made.put(setJson(made.text(), ["env", "ANTHROPIC_BASE_URL"], "https://other.example"));
    expect(await made.revert()).toEqual([{ file: made.file, status: "restored", kept: 1 }]);
    expect(parseJsonObject(made.text())).toEqual({
      env: { ANTHROPIC_AUTH_TOKEN: "before", ANTHROPIC_BASE_URL: "https://other.example" },
    });
  });

  test("and made of nothing is gone when nothing else is in it", async () => {
    const made = world();
    await made.apply(wished);
    made.put(`${made.text()}\n`);
    await made.revert();
    expect(existsSync(made.file)).toBe(false);
  });

  test("and broken is left as it is, with its record", async () => {
    const made = world();
    made.put("{}");
    await made.apply(wished);
    made.put("{ nonsense");
    await expect(made.revert()).rejects.toMatchObject({ code: "config_invalid" });
    expect(made.text()).toBe("{ nonsense");
    expect(await listEdits(made.deps, "us")).toHaveLength(1);
  });

  test("and removed stays removed", async () => {
    const made = world();
    made.put("{}");
    await made.apply(wished);
    rmSync(made.file);
    expect(await made.revert()).toEqual([{ file: made.file, status: "unchanged", kept: 0 }]);
    expect(existsSync(made.file)).toBe(false);
  });
});

describe("what is refused leaves the file as it is", () => {
  test.each([
    ["no JSON", "{ env: "],
    ["null", "null"],
    ["a list", "[]"],
    ["text where an object should be", '{ "env": "x" }'],
    ["a list where an object should be", '{ "env": [] }'],
    ["an object where a list should be", '{ "hooks": { "SessionStart": {} } }'],
    ["a name that stands there twice", '{ "env": { "ANTHROPIC_AUTH_TOKEN": "a", "ANTHROPIC_AUTH_TOKEN": "b" } }'],
  ])("%s", async (_name, text) => {
    const made = world();
    made.put(text);
    await expect(made.apply(wished)).rejects.toMatchObject({ code: "config_invalid" });
    expect(made.text()).toBe(text);
    expect(await listEdits(made.deps)).toEqual([]);
  });

  test("bytes that are no UTF-8", async () => {
    const made = world();
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    writeFileSync(made.file, bytes);
    await expect(made.apply(wished)).rejects.toMatchObject({ code: "config_invalid" });
    expect(readFileSync(made.file).equals(bytes)).toBe(true);
  });
});

describe("the file itself", () => {
  test("keeps its mode", async () => {
    const made = world();
    made.put("{}");
    chmodSync(made.file, 0o644);
    await made.apply(wished);
    expect(statSync(made.file).mode & 0o777).toBe(0o644);
  });

  test("is closed to others while a secret of ours is in it", async () => {
    const made = world();
    made.put("{}");
    chmodSync(made.file, 0o644);
    await made.apply(wished, { secret: true });
    await made.apply(wished, { secret: true });
    expect(statSync(made.file).mode & 0o777).toBe(0o600);
    await made.revert();
    expect(statSync(made.file).mode & 0o777).toBe(0o644);
  });

  test("stays a link", async () => {
    const made = world();
    const real = `${made.file}.dotfiles`;
    writeFileSync(real, "{}");
    symlinkSync(real, made.file);
    await made.apply(wished);
    expect(lstatSync(made.file).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toContain("SessionStart");
    await made.revert();
    expect(readFileSync(real, "utf8")).toBe("{}");
  });

  test("is changed only where it has to be: what is as wished already is not ours", async () => {
    const made = world();
    made.put('{ "env": { "ANTHROPIC_AUTH_TOKEN": "key" } }\n');
    await made.apply(wished);
    await made.revert();
    expect(parseJsonObject(made.text())).toEqual({ env: { ANTHROPIC_AUTH_TOKEN: "key" } });
  });

  test("is not touched by a dry run, nor by a wish for what is there", async () => {
    const made = world();
    made.put("{}");
    expect((await made.apply(wished, { dryRun: true })).status).toBe("written");
    expect(made.text()).toBe("{}");
    await made.apply(wished);
    const { mtimeMs } = statSync(made.file);
    expect((await made.apply(wished)).status).toBe("unchanged");
    expect(statSync(made.file).mtimeMs).toBe(mtimeMs);
  });

  test("loses for good what is cleaned out", async () => {
    const made = world();
    made.put('{ "old": 1, "own": 2 }\n');
    await made.apply(wished, { clean: (text) => setJson(text, ["old"], undefined) });
    await made.revert();
    expect(parseJsonObject(made.text())).toEqual({ own: 2 });
  });

  test("loses it from under what another owner has laid over it, and who cleans is not on record", async () => {
    const made = world();
    made.put('{ "old": 1, "own": 2 }\n');
    await made.apply([{ kind: "set", path: ["old"], value: "ours" }]);
    const clean = (text: string): string => setJson(text, ["old"], undefined);
    await made.apply([], { owner: "cleaner", clean, deep: true });
    expect(parseJsonObject(made.text())).toEqual({ old: "ours", own: 2 });
    expect(new Set((await listEdits(made.deps)).map(({ owner }) => owner)).has("cleaner")).toBe(false);
    await made.revert();
    expect(parseJsonObject(made.text())).toEqual({ own: 2 });
  });

  test("takes edits of several owners at once, each back by itself", async () => {
    const made = world();
    made.put('{ "a": 1 }\n');
    const owners = ["one", "two", "three"];
    await Promise.all(
      owners.map((owner) => made.apply([{ kind: "set", path: ["env", owner], value: owner }], { owner })),
    );
    expect(parseJsonObject(made.text())?.["env"]).toEqual({ one: "one", two: "two", three: "three" });
    await Promise.all(owners.map((owner) => made.revert(owner)));
    expect(parseJsonObject(made.text())).toEqual({ a: 1 });
  });

  test("and made by one of several owners, goes with the last", async () => {
    const made = world();
    await made.apply(wished, { owner: "first" });
    await made.apply([{ kind: "set", path: ["env", "MORE"], value: "1" }], { owner: "second" });
    await made.revert("first");
    expect(parseJsonObject(made.text())).toEqual({ env: { MORE: "1" } });
    await made.revert("second");
    expect(existsSync(made.file)).toBe(false);
  });
});

describe("TOML", () => {
  const text =
    '# mine\nmodel = "gpt-5" # note\n\n[otel]\nenvironment = "dev" # keep\n\n[[tables]]\na = 1\n\n[mcp_servers.x]\ncommand = "y"\n';
  const changes: readonly Change[] = [
    { kind: "set", path: ["model_provider"], value: "databricks" },
    { kind: "set", path: ["model_providers", "databricks"], value: { name: "Databricks", base_url: "http://x" } },
    { kind: "set", path: ["features", "hooks"], value: true },
  ];

  test.each([
    ["with tables and comments", text],
    ["with CRLF", text.replaceAll("\n", "\r\n")],
    ["with another provider", `${text}\n[model_providers.other]\nname = "o" # theirs\n`],
    ["with features", `${text}\n[features]\nweb = true # on\n`],
    ["empty", ""],
  ])("%s comes back to the byte", async (_name, before) => {
    const made = world("config.toml", "toml");
    made.put(before);
    await made.apply(changes);
    const root = Bun.TOML.parse(made.text()) as Record<string, Record<string, unknown>>;
    expect(root["model_provider"]).toBe("databricks" as never);
    expect(root["features"]).toMatchObject({ hooks: true });
    if (before !== "") expect(made.text()).toContain('model = "gpt-5" # note');
    if (before !== "") expect(made.text()).toContain("[[tables]]");
    await made.revert();
    expect(made.text()).toBe(before);
  });

  test("changed meanwhile keeps what is not ours", async () => {
    const made = world("config.toml", "toml");
    made.put(text);
    await made.apply(changes);
    made.put(`${made.text()}\n[theirs]\nb = 2 # more\n`);
    await made.revert();
    const root = Bun.TOML.parse(made.text()) as Record<string, unknown>;
    expect(root["model_provider"]).toBeUndefined();
    expect(root["model_providers"]).toBeUndefined();
    expect(root["features"]).toBeUndefined();
    expect(root["theirs"]).toEqual({ b: 2 });
    expect(root["otel"]).toEqual({ environment: "dev" });
    expect(made.text()).toContain("# more");
  });

  test("that is broken is refused", async () => {
    const made = world("config.toml", "toml");
    made.put("model = ");
    await expect(made.apply(changes)).rejects.toMatchObject({ code: "config_invalid" });
    expect(made.text()).toBe("model = ");
  });
});

describe("a file of our own", () => {
  test("is written and removed, and is left where somebody changed it", async () => {
    const made = world("plugin.js");
    const request = { owner: "us", file: made.file, content: "ours\n" };
    expect((await applyFile(made.deps, request)).status).toBe("written");
    expect((await applyFile(made.deps, { ...request, content: "newer\n" })).status).toBe("written");
    await made.revert();
    expect(existsSync(made.file)).toBe(false);
    await applyFile(made.deps, request);
    made.put("theirs\n");
    expect(await made.revert()).toEqual([{ file: made.file, status: "unchanged", kept: 1 }]);
    expect(made.text()).toBe("theirs\n");
  });

  test("replaces no other, unless it may", async () => {
    const made = world("plugin.js");
    made.put("an older one\n");
    const request = { owner: "us", file: made.file, content: "ours\n" };
    await expect(applyFile(made.deps, request)).rejects.toMatchObject({ code: "already_exists" });
    await applyFile(made.deps, { ...request, mayReplace: (text) => text.includes("older") });
    expect(made.text()).toBe("ours\n");
  });
});

test.skipIf(process.platform !== "linux")("a look makes no folder, and needs none that can be written", async () => {
  const { deps, file, put, apply, revert, text } = world();
  put("{}");
  const changes = [{ kind: "set", path: ["a"], value: 1 }] as const;
  expect(await apply(changes, { dryRun: true })).toMatchObject({ status: "written" });
  expect(await revertEdits(deps, "us", { dryRun: true })).toEqual([]);
  expect([text(), existsSync(deps.paths.data)]).toEqual(["{}", false]);
  // Root writes anywhere but there.
  const sealed = { ...deps, paths: resolvePaths({ HOME: "/sys", MORTAR_HOME: "/sys/mortar" }, "linux") };
  const edit = { owner: "us", file, format: "json", changes } as const;
  expect(await applyEdit(sealed, { ...edit, dryRun: true })).toMatchObject({ status: "written" });
  await expect(applyEdit(sealed, edit)).rejects.toMatchObject({ code: "io", hint: expect.stringContaining("/sys") });
  await apply(changes);
  expect(await revert()).toMatchObject([{ status: "restored" }]);
});
