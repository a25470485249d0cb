// Our words among those of a wrapped program: which are taken, and that all others arrive as they were typed.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { globalFlags } from "./global-flags.ts";
import { parseMixed, programCommand } from "./mixed.ts";
import type { Command } from "./spec.ts";

const command: Command = {
  summary: "Start it",
  flags: {
    profile: { kind: "profile", placeholder: "NAME", description: "Profile", aliases: ["databricks-profile"] },
    port: { kind: "integer", placeholder: "PORT", description: "Port", env: "TEST_PORT" },
    loud: { kind: "switch", description: "Loud" },
    help: { kind: "switch", short: "h", description: "Help" },
  },
  positionals: [],
  examples: [],
  passThrough: true,
  mixed: { commands: ["mcp", "exec"] },
  wraps: {
    flags: {
      print: { kind: "switch", short: "p", description: "Print" },
      model: { kind: "string", short: "m", placeholder: "M", description: "Model" },
      tools: { kind: "list", of: "string", placeholder: "T", description: "Tools" },
    },
    positionals: [],
  },
  load: () => Promise.reject(new Error("not here")),
};

function parse(line: string, early = 0, env: Record<string, string> = {}) {
  const words = line === "" ? [] : line.split(" ");
  return parseMixed(command, globalFlags, { words, early }, env);
}

describe("words", () => {
  test.each([
    ["", undefined, []],
    ["-p hello", undefined, ["-p", "hello"]],
    ["--profile dev -p hello", "dev", ["-p", "hello"]],
    ["-p hello --profile dev", "dev", ["-p", "hello"]],
    ["-p --profile=dev hello --x=1 -- y", "dev", ["-p", "hello", "--x=1", "--", "y"]],
    ["--databricks-profile dev -c", "dev", ["-c"]],
    // Behind a command of the program everything is the program's.
    ["--profile dev mcp add x --profile y -- --profile z", "dev", "mcp add x --profile y -- --profile z".split(" ")],
    ["--model mcp --profile dev", "dev", ["--model", "mcp"]],
    ["--tools a b exec --profile dev", "dev", ["--tools", "a", "b", "exec"]],
    ["a prompt mcp --profile dev", "dev", ["a", "prompt", "mcp"]],
    // A value of the program's may look like ours.
    ["--model --profile x", undefined, ["--model", "--profile", "x"]],
    ["-m --profile x", undefined, ["-m", "--profile", "x"]],
    // The first -- is ours where it opens the program's words.
    ["--profile dev -- --profile x", "dev", ["--profile", "x"]],
    ["-- --help", undefined, ["--help"]],
    ["-- -- --help", undefined, ["--", "--help"]],
    ["-p x -- --profile y", undefined, ["-p", "x", "--", "--profile", "y"]],
    // None of the flags of every command is ours here.
    ["--json -v --verbose -q --no-color", undefined, ["--json", "-v", "--verbose", "-q", "--no-color"]],
    ["-", undefined, ["-"]],
  ])("%s", (line, profile, rest) => {
    const parsed = parse(line);
    expect([parsed.flags["profile"], parsed.rest]).toEqual([profile, [...rest]]);
  });

  test("before the command's name are those of every command", () => {
    const parsed = parse("-p dev --json -p hello", 3);
    expect(parsed).toMatchObject({ flags: { profile: "dev", json: true }, rest: ["-p", "hello"] });
    expect(parse("--profile dev --profile prod", 2).flags["profile"]).toBe("prod");
  });

  test("that are ours are read strictly", () => {
    const refused = (line: string): MortarError => {
      try {
        parse(line);
      } catch (thrown) {
        if (thrown instanceof MortarError) return thrown;
      }
      throw new Error(`${line} was taken`);
    };
    expect(refused("--profile").message).toContain("--profile needs a value");
    expect(refused("-p --profile --port 1").message).toContain("--profile needs a value");
    expect(refused("--port x").code).toBe("usage");
    expect(refused("--loud=1").code).toBe("usage");
  });

  test("may come from the environment", () => {
    expect(parse("-p x", 0, { TEST_PORT: "7" }).flags["port"]).toBe(7);
    expect(parse("--help --port 1").flags).toMatchObject({ help: true });
    expect(parse("-h").flags["help"]).toBe(true);
  });
});

describe("the program's command", () => {
  test.each([
    ["", undefined],
    ["mcp list", "mcp"],
    ["--model mcp", undefined],
    ["--model x mcp", "mcp"],
    ["--model=x exec hi", "exec"],
    ["-p mcp", "mcp"],
    ["hello mcp", undefined],
    ["-- mcp", undefined],
    ["--unknown exec", "exec"],
    ["--tools a exec", undefined],
  ])("%s", (line, name) => {
    expect(programCommand(command, line === "" ? [] : line.split(" "))).toBe(name);
  });
});
