// Completion against the declarations that it is made from: every command, every option, every prefix.
import { describe, expect, test } from "bun:test";
import { globalFlags } from "../../cli/global-flags.ts";
import { sharedFlags } from "../../cli/help.ts";
import { isGroup, type Command, type Flag, type Flags, type Group } from "../../cli/spec.ts";
import { complete } from "../../completion/engine.ts";
import { shellNames } from "../../completion/shells/shell.ts";
import { skillCatalog } from "../../skills/catalog.ts";
import { catalog } from "../../tools/catalog.ts";
import { toolsetNames } from "../../tools/toolset-names.ts";
import { rootTable } from "../table.ts";
import { completionOf, completionTable } from "./adapter.ts";
import { programNames, shells } from "./name-flags.ts";
import { programTable } from "./programs.ts";

interface Spot {
  readonly path: readonly string[];
  readonly entry: Group | Command;
}

/** Every command path, the root and hidden ones included. */
function spots(entry: Group | Command, path: readonly string[] = []): Spot[] {
  const below = isGroup(entry) ? Object.entries(entry.commands) : [];
  return [{ path, entry }, ...below.flatMap(([name, inner]) => spots(inner, [...path, name]))];
}

const all = spots(rootTable);
const table = completionTable(rootTable);

async function offered(words: readonly string[]): Promise<string[]> {
  const completion = await complete(table, words);
  if (completion.kind !== "words") return [`(${completion.kind})`];
  return completion.candidates.map(({ value }) => completion.before + value).toSorted();
}

function prefixes(word: string): string[] {
  return Array.from({ length: word.length + 1 }, (_, length) => word.slice(0, length));
}

function flagsOf({ path, entry }: Spot): [string, Flag][] {
  const flags: Flags = isGroup(entry) ? globalFlags : { ...sharedFlags(entry), ...entry.wraps?.flags, ...entry.flags };
  const version: [string, Flag][] = [["version", { kind: "switch", description: "" }]];
  return [...Object.entries(flags), ...(path.length === 0 ? version : [])];
}

/** What may stand for a typed dash word: each visible flag by its name, or by the older name that is being typed. */
function expectedFlags(spot: Spot, typed: string): string[] {
  return flagsOf(spot)
    .filter(([, { hidden }]) => hidden !== true)
    .flatMap(([name, flag]) => {
      const short = flag.short === undefined ? [] : [`-${flag.short}`].filter((one) => one === typed);
      const older = (flag.aliases ?? []).map((alias) => `--${alias}`).filter((one) => one.startsWith(typed));
      const own = `--${name}`.startsWith(typed) ? [`--${name}`] : [...short, ...older].slice(0, 1);
      const no = flag.kind === "switch" && flag.negatable === true ? [`--no-${name}`] : [];
      return [...own, ...no.filter((one) => one.startsWith(typed))];
    })
    .toSorted();
}

describe.each(all.map((spot) => [["mortar", ...spot.path].join(" "), spot] as const))("%s", (_name, spot) => {
  const { path, entry } = spot;

  test("offers its commands for every prefix of each", async () => {
    if (!isGroup(entry)) return expect(Object.keys(completionOf(entry).commands)).toEqual([]);
    const names = Object.keys(entry.commands);
    for (const typed of new Set(["", "zz", ...names.flatMap(prefixes)])) {
      const fitting = names.filter((name) => entry.commands[name]?.hidden !== true && name.startsWith(typed));
      expect([typed, await offered([...path, typed])]).toEqual([typed, fitting.toSorted()]);
    }
  });

  test("offers its options for every prefix of each", async () => {
    const words = flagsOf(spot).flatMap(([name, { short, aliases }]) => [
      `--${name}`,
      `--no-${name}`,
      ...(short === undefined ? [] : [`-${short}`]),
      ...(aliases ?? []).map((alias) => `--${alias}`),
    ]);
    for (const typed of new Set(words.flatMap(prefixes).filter((one) => one !== ""))) {
      expect([typed, await offered([...path, typed])]).toEqual([typed, expectedFlags(spot, typed)]);
    }
  });

  test("offers the values of each option, for every prefix of each, apart and behind =", async () => {
    for (const [name, flag] of flagsOf(spot)) {
      if (flag.kind === "switch") continue;
      const kind = flag.kind === "list" ? flag.of : flag.kind;
      const names: Readonly<Record<string, readonly string[]>> = {
        tool: catalog.map((tool) => tool.name),
        toolset: toolsetNames,
        skill: skillCatalog.map((skill) => skill.name),
      };
      const values = flag.choices ?? names[kind] ?? [];
      const native = kind === "file" || kind === "folder" ? [`(${kind}s)`] : undefined;
      for (const typed of new Set(["", "zz", ...values.flatMap(prefixes)])) {
        const fitting = values.filter((value) => value.startsWith(typed)).toSorted();
        expect([name, typed, await offered([...path, `--${name}`, typed])]).toEqual([name, typed, native ?? fitting]);
        const attached = fitting.map((value) => `--${name}=${value}`);
        expect([name, typed, await offered([...path, `--${name}=${typed}`])]).toEqual([
          name,
          typed,
          native ?? attached,
        ]);
      }
    }
  });

  test("offers an option no second time, save a list, and none that it excludes", async () => {
    for (const [name, flag] of flagsOf(spot)) {
      const given = flag.kind === "switch" ? [`--${name}`] : [`--${name}`, "x"];
      const left = await offered([...path, ...given, "--"]);
      expect([name, left.includes(`--${name}`)]).toEqual([name, flag.kind === "list" && flag.hidden !== true]);
      for (const other of flag.conflicts ?? []) expect(left).not.toContain(`--${other}`);
    }
  });

  test("offers nothing behind --", async () => {
    if (!isGroup(entry) && entry.passThrough === true) return;
    expect(await offered([...path, "--", ""])).toEqual([]);
    expect(await offered([...path, "--", "--"])).toEqual([]);
  });

  test("tells what each candidate means", async () => {
    for (const typed of ["", "--"]) {
      const completion = await complete(table, [...path, typed]);
      if (completion.kind !== "words" || completion.group === "values") continue;
      for (const { value, description } of completion.candidates) {
        expect([value, (description ?? "").length > 3]).toEqual([value, true]);
      }
    }
  });
});

describe("the adapter", () => {
  const command: Command = {
    summary: "Do it",
    flags: {
      paint: { kind: "switch", negatable: true, description: "Paint", aliases: ["colour"] },
      loud: { kind: "switch", description: "Loud", conflicts: ["paint"] },
      key: { kind: "file", placeholder: "FILE", extensions: ["pem", "crt"], description: "Key" },
      cluster: { kind: "cluster", placeholder: "ID", description: "Cluster" },
      jobs: { kind: "list", of: "job", commas: true, placeholder: "IDS", description: "Jobs" },
    },
    positionals: [{ name: "WAREHOUSE", kind: "warehouse", description: "a warehouse" }],
    examples: [],
    passThrough: true,
    wraps: {
      flags: { model: { kind: "string", choices: ["big"], placeholder: "M", description: "The model" } },
      positionals: [],
    },
    load: () => Promise.reject(new Error("not here")),
  };
  const alone = completionOf(command);
  const ask = async (...words: string[]): Promise<unknown> => {
    const asked: string[] = [];
    const completion = await complete(alone, words, {
      resolve: async (source) => {
        asked.push(source);
        return [{ value: `a-${source}` }];
      },
    });
    return completion.kind === "words" ? completion.candidates.map(({ value }) => value) : completion;
  };

  test("takes a switch and its opposite for one another's excluders", async () => {
    expect(await ask("--no-p")).toEqual(["--no-paint"]);
    expect(await ask("--no-paint", "--pa")).toEqual([]);
    expect(await ask("--colour", "--no-p")).toEqual([]);
    expect(await ask("--paint", "--lou")).toEqual([]);
  });

  test("names sources by their kinds, and files by their endings", async () => {
    expect(await ask("--cluster", "")).toEqual(["a-cluster"]);
    expect(await ask("--jobs", "x,a")).toEqual(["a-job"]);
    expect(await ask("")).toEqual(["a-warehouse"]);
    expect(await ask("--key", "x")).toEqual({ kind: "files", extensions: ["pem", "crt"], before: "", typed: "x" });
  });

  test("knows the words of a wrapped program", async () => {
    expect(await ask("--", "--mo")).toEqual(["--model"]);
    expect(await ask("--model", "")).toEqual(["big"]);
    expect(await ask("w", "--", "--js")).toEqual([]);
  });

  test("has a script for each shell that the commands name, and a table for each name that is there", () => {
    expect([...shells]).toEqual([...shellNames]);
    expect(programTable(rootTable, "mortar")).toEqual(table);
    for (const name of programNames) expect(() => programTable(rootTable, name)).not.toThrow();
    expect(programTable(rootTable, "other")).toBeUndefined();
  });

  test("completes the names of skills, and what they are installed for", async () => {
    const names = skillCatalog.map(({ name }) => name);
    expect(await offered(["skills", "show", ""])).toEqual(names.toSorted());
    expect(await offered(["skills", "install", "databricks-sql", "databricks-noteb"])).toEqual([
      "databricks-notebooks",
    ]);
    expect(await offered(["skills", "install", "--agent", "claude,ki"])).toEqual(["claude,kiro"]);
    expect(await offered(["skills", "install", "--scope", ""])).toEqual(["project", "user"]);
  });

  test("completes an older program as it was: its options, its commands, and what its agent takes", async () => {
    const older = programTable(rootTable, "databricks-claude");
    if (older === undefined) throw new Error("no table");
    const offered = async (...words: string[]): Promise<readonly string[]> => {
      const completion = await complete(older, words);
      return completion.kind === "words" ? completion.candidates.map(({ value }) => value) : [];
    };
    expect(await offered("")).toEqual(expect.arrayContaining(["config", "hooks", "serve", "doctor", "setup"]));
    expect(await offered("config", "otel", "")).toEqual(["enable", "disable"]);
    expect(await offered("config", "otel", "enable", "--tr")).toEqual(["--traces", "--traces-table"]);
    expect(await offered("--profile", "foo", "--with")).toEqual(["--with-websearch"]);
    expect(await offered("serve", "")).toEqual(expect.arrayContaining(["install", "uninstall", "status"]));
    expect(await offered("--permission-mode", "")).toContain("acceptEdits");
  });
});

describe("names that are out of date", () => {
  const command = (changes: Partial<Command> = {}): Command => ({
    summary: "Do",
    flags: {
      level: { kind: "integer", placeholder: "N", description: "Level", formerly: ["depth"] },
      bare: { kind: "switch", description: "Bare", deprecated: "Use --level." },
    },
    positionals: [],
    examples: [],
    load: () => Promise.reject(new Error("not loaded here")),
    ...changes,
  });
  const old = completionOf({
    summary: "All",
    commands: { do: command({ aliases: ["make"] }), undo: command({ deprecated: "Use mortar do." }) },
  });
  const values = async (words: readonly string[]): Promise<string[]> => {
    const completion = await complete(old, words);
    return completion.kind === "words" ? completion.candidates.map(({ value }) => value) : [];
  };

  test("are not offered", async () => {
    expect(await values([""])).toEqual(["do"]);
    expect(await values(["do", "--dep"])).toEqual([]);
    expect(await values(["do", "--ba"])).toEqual([]);
  });

  test("are understood", async () => {
    expect(await values(["make", "--lev"])).toEqual(["--level"]);
    expect(await values(["undo", "--lev"])).toEqual(["--level"]);
    expect(await values(["do", "--depth", "3", "--lev"])).toEqual(["--level"]);
  });
});
