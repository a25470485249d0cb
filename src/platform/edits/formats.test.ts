// Whatever a file of any format holds: what is written is read, and taken back it is the same bytes; and where somebody
// has changed something meanwhile, that stays and ours goes.
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "@decimalturn/toml-patch";
import { array, assert, asyncProperty, constantFrom, dictionary, integer, oneof, record, string } from "fast-check";
import { stringify as yamlText } from "yaml";
import { systemClock } from "../clock.ts";
import { toMortarError } from "../errors.ts";
import { resolvePaths } from "../paths.ts";
import { valueAt, type Change } from "./changes.ts";
import { applyEdit, listEdits, revertEdits, type EditDeps } from "./edits.ts";
import { formats, type FormatName } from "./formats.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

const word = string({
  unit: constantFrom("a", "B", "7", "_", "-", "é", "😀", " ", "#", '"', "'", "/", ":"),
  maxLength: 8,
});
const leaf = oneof(word, integer(), constantFrom(true, false, "x: y", "// no comment", "[1m]", "{", "null", "0xff"));
const name = oneof(constantFrom("env", "mcp_servers", "model", "hooks", "list"), word).filter((one) => one !== "");
const flat = dictionary(name, oneof(leaf, array(leaf, { maxLength: 3 })), { maxKeys: 4 });
const object = dictionary(name, oneof(leaf, array(leaf, { maxLength: 3 }), flat), { maxKeys: 5 });

/** What setup writes: into what is there, beside it, and in the place of it. */
const wishes: readonly Change[] = [
  { kind: "set", path: ["model"], value: "databricks-model" },
  { kind: "set", path: ["env", "BASE_URL"], value: "http://127.0.0.1:49153/p/a%20b/anthropic" },
  { kind: "set", path: ["env", "API_KEY"] },
  { kind: "set", path: ["mcp_servers", "databricks"], value: { command: "/bin/mortar", args: ["mcp", "serve"] } },
  {
    kind: "append",
    path: ["hooks", "SessionStart"],
    value: { hooks: [{ type: "command", command: "x" }] },
    inner: "hooks",
  },
];
const lines: readonly Change[] = [
  { kind: "set", path: ["model"], value: "databricks-model" },
  { kind: "set", path: ["BASE_URL"], value: "http://127.0.0.1:49153/p/a%20b/gemini" },
  { kind: "set", path: ["env"] },
];

const texts: Readonly<Record<FormatName, (value: Readonly<Record<string, Value>>) => string>> = {
  json: (value) => `${JSON.stringify(value, null, 2)}\n`,
  toml: (value) => stringify(value),
  yaml: (value) => (Object.keys(value).length === 0 ? "" : yamlText(value)),
  env: (value) =>
    Object.entries(value)
      .filter(([key, one]) => /^\w+$/.test(key) && typeof one !== "object" && !/["\r\n\\$'#]/.test(String(one)))
      .map(([key, one]) => `${key}="${String(one)}"\n`)
      .join(""),
};
const comment: Readonly<Record<FormatName, string>> = {
  json: "// mine",
  toml: "# mine",
  yaml: "# mine",
  env: "# mine",
};

const file = record({
  value: object,
  commented: constantFrom("none", "above", "below"),
  ends: constantFrom("\n", "\r\n"),
  bom: constantFrom("", "", "\uFEFF"),
  open: constantFrom(false, true),
});
type File = typeof file extends { generate: (...all: never[]) => { value: infer T } } ? T : never;

function textOf(format: FormatName, { value, commented, ends, bom, open }: File): string {
  const plain = texts[format](value as Record<string, Value>);
  const above = commented === "above" ? `${comment[format]}\n${plain}` : plain;
  const all =
    commented === "below" ? `${above}${above.endsWith("\n") || above === "" ? "" : "\n"}${comment[format]}\n` : above;
  const body = open ? all.replace(/\n+$/, "") : all;
  return `${bom}${body.replaceAll("\n", ends)}`;
}

interface World {
  readonly deps: EditDeps;
  readonly path: string;
}

function world(): World {
  const home = mkdtempSync(join(tmpdir(), "mortar-formats-"));
  folders.push(home);
  const deps = { paths: resolvePaths({ HOME: home, MORTAR_HOME: join(home, "mortar") }, "linux"), clock: systemClock };
  return { deps, path: join(home, "settings") };
}

/** Whether it was written; a text that cannot be edited safely is refused, and left. */
async function applied({ deps, path }: World, format: FormatName): Promise<boolean> {
  const changes = format === "env" ? lines : wishes;
  const before = readFileSync(path, "utf8");
  try {
    await applyEdit(deps, { owner: "us", file: path, format, changes });
    return true;
  } catch (thrown) {
    expect([toMortarError(thrown).code, readFileSync(path, "utf8")]).toEqual(["config_invalid", before]);
    expect(await listEdits(deps)).toEqual([]);
    return false;
  }
}

describe.each(["json", "toml", "yaml", "env"] as const)("%s", (format) => {
  test("whatever it holds, comes back to the byte", async () => {
    let written = 0;
    let all = 0;
    await assert(
      asyncProperty(file, async (made) => {
        const place = world();
        const text = textOf(format, made);
        if (text.replace("\uFEFF", "").trim() !== "" && formats[format].parse(text) === undefined) return;
        all += 1;
        writeFileSync(place.path, text);
        if (!(await applied(place, format))) return;
        written += 1;
        const now = formats[format].parse(readFileSync(place.path, "utf8"));
        expect(valueAt(now, ["model"])).toBe("databricks-model");
        await revertEdits(place.deps, "us");
        expect(existsSync(place.path) ? readFileSync(place.path, "utf8") : undefined).toBe(text);
        expect(await listEdits(place.deps)).toEqual([]);
      }),
      { numRuns: 150 },
    );
    // What is refused has something else in the way: an `env` that is a text.
    expect(written).toBeGreaterThan(all / 4);
  }, 60_000);

  test("keeps what somebody has added meanwhile, and loses nothing of what was there", async () => {
    await assert(
      asyncProperty(file, async (made) => {
        const place = world();
        const text = textOf(format, made);
        const before = formats[format].parse(text);
        if (before === undefined || text.replace("\uFEFF", "").trim() === "") return;
        writeFileSync(place.path, text);
        if (!(await applied(place, format))) return;
        const theirs = formats[format].set(readFileSync(place.path, "utf8"), ["theirs"], "added");
        writeFileSync(place.path, theirs);
        await revertEdits(place.deps, "us");
        expect(formats[format].parse(readFileSync(place.path, "utf8"))).toEqual({ ...before, theirs: "added" });
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
