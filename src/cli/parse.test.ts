// Parsing of command words: every form that is understood, and every one that is refused with a hint.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { globalFlags } from "./global-flags.ts";
import { parseWords, type Parsed } from "./parse.ts";
import type { Command, Flags, Positional } from "./spec.ts";

const flags = {
  port: { kind: "integer", short: "P", placeholder: "PORT", description: "Port", default: "80", env: "APP_PORT" },
  host: { kind: "url", placeholder: "URL", description: "Host", aliases: ["workspace"], conflicts: ["local"] },
  local: { kind: "switch", description: "Local", env: "APP_LOCAL" },
  colour: { kind: "switch", description: "Colour", negatable: true },
  label: { kind: "list", of: "string", short: "l", placeholder: "K=V", description: "Label", env: "APP_LABELS" },
  tools: { kind: "list", of: "string", placeholder: "NAMES", description: "Tools", commas: true, choices: ["a", "b"] },
  wait: { kind: "duration", placeholder: "TIME", description: "Wait", default: "10m" },
  format: { kind: "string", placeholder: "FORMAT", description: "Format", choices: ["text", "table"] },
  secret: { kind: "string", placeholder: "X", description: "Hidden", hidden: true },
  level: { kind: "integer", placeholder: "N", description: "Level", minimum: 1, maximum: 9, formerly: ["depth"] },
  ratio: { kind: "number", placeholder: "N", description: "Ratio", maximum: 1 },
  bare: { kind: "switch", description: "Bare", short: "b", deprecated: "Use --format." },
} as const satisfies Flags;

function command(positionals: readonly Positional[] = [], more: Partial<Command> = {}): Command {
  const load = () => Promise.reject(new Error("not loaded here"));
  return { summary: "Do", flags, positionals, examples: [], load, ...more };
}

function parse(line: string, env: Readonly<Record<string, string>> = {}, target = command()): Parsed {
  return parseWords(target, globalFlags, line === "" ? [] : line.split(" "), env);
}

function refusal(work: () => unknown): MortarError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof MortarError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

const name: Positional = { name: "NAME", description: "the name", kind: "string", required: true };

describe("flags", () => {
  test("absent: switches false, lists empty, defaults in their own type", () => {
    expect(parse("").flags).toEqual({
      ...Object.fromEntries(
        Object.entries(globalFlags).map(([name, { kind }]) => [name, kind === "switch" ? false : undefined]),
      ),
      port: 80,
      host: undefined,
      local: false,
      colour: false,
      label: [],
      tools: [],
      wait: 600_000,
      format: undefined,
      secret: undefined,
      level: undefined,
      ratio: undefined,
      bare: false,
    });
  });

  test.each([
    ["--port 8080", { port: 8080 }],
    ["--port=8080", { port: 8080 }],
    ["-P 8080", { port: 8080 }],
    ["-P8080", { port: 8080 }],
    ["-P=8080", { port: 8080 }],
    ["--port -5", { port: -5 }],
    ["--port 1 --port 2", { port: 2 }],
    ["--host https://a.b --json", { host: "https://a.b", json: true }],
    ["--workspace https://a.b", { host: "https://a.b" }],
    ["--label a=1 --label b=2,c", { label: ["a=1", "b=2,c"] }],
    ["--label=a=b=c", { label: ["a=b=c"] }],
    ["--label=", { label: [""] }],
    ["--tools a,b --tools a", { tools: ["a", "b", "a"] }],
    ["--tools a,", { tools: ["a"] }],
    ["--colour", { colour: true }],
    ["--no-colour", { colour: false }],
    ["--no-colour --colour", { colour: true }],
    ["--local=true", { local: true }],
    ["--local=false", { local: false }],
    ["--no-color", { "no-color": true }],
    ["-qP 1", { quiet: true, port: 1 }],
    ["-qP1", { quiet: true, port: 1 }],
    ["-q -l a -l b", { quiet: true, label: ["a", "b"] }],
    ["--wait 1h30m", { wait: 5_400_000 }],
    ["--format table", { format: "table" }],
    ["--label -", { label: ["-"] }],
    ["--label=--json", { label: ["--json"], json: false }],
  ])("%s", (line, expected) => {
    expect(parse(line).flags).toMatchObject(expected);
  });

  test.each([
    ["--prot 1", "Unknown option --prot", "Did you mean --port?"],
    ["--secre x", "Unknown option --secre", undefined],
    ["--no-local", "Unknown option --no-local", undefined],
    ["--Port 1", "Unknown option --Port", "--port"],
    ["-x", "Unknown option -x", undefined],
    ["-qx", "Unknown option -x in -qx", undefined],
    ["-profile dev", "Unknown option -profile", "Did you mean --profile?"],
    ["-port=1", "Unknown option -port", "Did you mean --port?"],
    ["-workspace https://a", "Unknown option -workspace", "Did you mean --workspace?"],
    ["-jsno", "Unknown option -j in -jsno", "Did you mean --json?"],
    ["--no-colouur", "Unknown option --no-colouur", "Did you mean --no-colour?"],
    ["--bar", "Unknown option --bar", undefined],
    ["--level 0", "--level: 0 is out of range", "Give 1 to 9."],
    ["--level 10", "--level: 10 is out of range", "Give 1 to 9."],
    ["--ratio 1.5", "--ratio: 1.5 is out of range", "Give at most 1."],
    ["--port", "--port needs a value", "--port PORT"],
    ["--port --json", "--port needs a value", "--port=VALUE"],
    ["--label --", "--label needs a value", undefined],
    ["-P", "-P needs a value", undefined],
    ["--json=yes", "--json takes no value", undefined],
    ["--no-colour=true", "--no-colour takes no value", undefined],
    ["--port x", '--port: "x" is not a whole number', undefined],
    ["--port=", '--port: "" is not a whole number', undefined],
    ["--host nowhere", "is not a URL", undefined],
    ["--format tabel", "is not one of text, table", "Did you mean table?"],
    ["--tools a,c", '"c" is not one of a, b', undefined],
    ["--host https://a --local", "--host and --local exclude each other", "one of the two"],
    ["--verbose --quiet", "--verbose and --quiet exclude each other", undefined],
    ["surplus", 'Unexpected argument "surplus"', undefined],
  ])("%s is refused", (line, message, hint) => {
    const error = refusal(() => parse(line));
    expect(error.code).toBe("usage");
    expect(error.message).toContain(message);
    if (hint !== undefined) expect(error.hint).toContain(hint);
  });
});

describe("words that are out of date", () => {
  test("work, and are told of once", () => {
    const { flags: given, notices } = parse("--depth 3 --depth=4 --bare -b");
    expect(given).toMatchObject({ level: 4, bare: true });
    expect(notices).toEqual([
      "--depth is out of date. Use --level.",
      "--bare is out of date. Use --format.",
      "-b is out of date. Use --format.",
    ]);
  });

  test("are not told of where they are not used, nor for a variable", () => {
    expect(parse("--level 3 --workspace https://a.b").notices).toEqual([]);
    expect(parse("", { APP_PORT: "81" }).notices).toEqual([]);
  });
});

describe("the environment", () => {
  test("gives a value where the flag is absent", () => {
    expect(parse("", { APP_PORT: "81", APP_LABELS: "a,b", APP_LOCAL: "yes" }).flags).toMatchObject({
      port: 81,
      label: ["a", "b"],
      local: true,
    });
    expect(parse("--port 82 --label c", { APP_PORT: "81", APP_LABELS: "a" }).flags).toMatchObject({
      port: 82,
      label: ["c"],
    });
  });

  test("an empty variable is as good as none", () => {
    expect(parse("", { APP_PORT: "", APP_LOCAL: "" }).flags).toMatchObject({ port: 80, local: false });
  });

  test.each([
    ["1", true],
    ["TRUE", true],
    ["on", true],
    ["0", false],
    ["No", false],
    ["off", false],
  ])("a switch set to %s is %p", (value, expected) => {
    expect(parse("", { APP_LOCAL: value }).flags["local"]).toBe(expected);
    expect(parse("--local", { APP_LOCAL: value }).flags["local"]).toBe(true);
  });

  test("what does not fit is refused by the variable's name, but not when help is asked for", () => {
    expect(refusal(() => parse("", { APP_PORT: "x" })).message).toContain("APP_PORT (for --port)");
    expect(refusal(() => parse("", { APP_LOCAL: "ture" })).message).toContain("APP_LOCAL (for --local)");
    expect(parse("--help", { APP_PORT: "x", APP_LOCAL: "ture" }).flags["help"]).toBe(true);
  });

  test("does not make a conflict", () => {
    expect(parse("--host https://a", { APP_LOCAL: "1" }).flags).toMatchObject({ local: true });
  });
});

describe("positionals", () => {
  test("stand anywhere among the flags", () => {
    expect(parse("--json a --port 1", {}, command([name])).positionals).toEqual(["a"]);
  });

  test("a dash alone and negative numbers are positionals; so is all behind --", () => {
    const rest: Positional = { name: "REST", description: "more", kind: "string", rest: true };
    expect(parse("- -5 -0.5 -- --json -x --", {}, command([rest])).positionals).toEqual([
      "-",
      "-5",
      "-0.5",
      "--json",
      "-x",
      "--",
    ]);
  });

  test("a required one that is missing is named, unless help is asked for", () => {
    const error = refusal(() => parse("", {}, command([name])));
    expect(error.message).toBe("NAME is missing");
    expect(error.hint).toBe("Give NAME: the name.");
    expect(parse("-h", {}, command([name])).flags["help"]).toBe(true);
    expect(refusal(() => parse("--help=false", {}, command([name]))).message).toBe("NAME is missing");
  });

  test("are checked by their kind, the rest by that of the last", () => {
    const ids: Positional = { name: "ID", description: "ids", kind: "integer", rest: true };
    expect(parse("1 2 3", {}, command([ids])).positionals).toEqual(["1", "2", "3"]);
    expect(refusal(() => parse("1 2 x", {}, command([ids]))).message).toContain('ID: "x"');
  });
});

describe("a command that wraps a program", () => {
  const wrap = (line: string, positionals: readonly Positional[] = []) => {
    const { flags: given, positionals: found, rest } = parse(line, {}, command(positionals, { passThrough: true }));
    return [given["profile"], given["json"], found, rest];
  };

  test.each([
    ["--profile dev -- --model x", ["dev", false, [], ["--model", "x"]]],
    ["--profile dev --model x --json", ["dev", false, [], ["--model", "x", "--json"]]],
    ["--json prompt --profile dev", [undefined, true, [], ["prompt", "--profile", "dev"]]],
    ["-r --json", [undefined, false, [], ["-r", "--json"]]],
    ["--model=x", [undefined, false, [], ["--model=x"]]],
    ["--json -- -- a", [undefined, true, [], ["--", "a"]]],
    ["", [undefined, false, [], []]],
  ])("%s", (line, expected) => {
    expect(wrap(line)).toEqual(expected);
  });

  test("takes its own positionals first", () => {
    expect(wrap("one two --x", [name])).toEqual([undefined, false, ["one"], ["two", "--x"]]);
  });
});

test("any other command keeps words behind -- as positionals", () => {
  expect(parse("-- --json", {}, command([name]))).toMatchObject({ positionals: ["--json"], rest: [] });
});
