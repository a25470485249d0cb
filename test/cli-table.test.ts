// The table of commands is complete, and the check that says so can fail.
import { describe, expect, test } from "bun:test";
import type { Command, Flags, Group } from "../src/cli/spec.ts";
import { rootTable } from "../src/commands/table.ts";
import { leaves, shellWords, tableFaults } from "./checks/cli-table.ts";

describe("the table", () => {
  test("has no faults", () => {
    expect(tableFaults(rootTable)).toEqual([]);
  });

  test.each(leaves(rootTable).map(({ path, command }) => [path.join(" "), command] as const))(
    "%s has a body that can be loaded",
    async (_path, command) => {
      expect(typeof (await command.load()).run).toBe("function");
    },
  );
});

describe("the check", () => {
  const command = (changes: Partial<Command> = {}): Command => ({
    summary: "Do a thing",
    flags: {},
    positionals: [],
    examples: [{ run: "mortar do", does: "Does it" }],
    load: () => Promise.reject(new Error("not loaded here")),
    ...changes,
  });
  const table = (entry: Command | Group): Group => ({ summary: "All", commands: { do: entry } });
  const faults = (changes: Partial<Command>): string[] => tableFaults(table(command(changes)));
  const flagged = (flags: Flags): string[] => faults({ flags });
  const text = { kind: "string", placeholder: "TEXT", description: "A text" } as const;

  test("finds nothing in a table that is right", () => {
    expect(
      faults({
        flags: {
          "a-flag": { ...text, short: "a", env: "MORTAR_A", aliases: ["old"], conflicts: ["json", "b"] },
          b: { kind: "switch", description: "A switch", negatable: true },
          c: { kind: "integer", placeholder: "N", description: "A number", default: "5", choices: ["5", "6"] },
          d: { kind: "list", of: "string", placeholder: "K=V", description: "Pairs ..." },
          e: { ...text, description: "json as it is written, or text", choices: ["json", "text"] },
        },
        positionals: [
          { name: "NAME", description: "A name", kind: "string", required: true },
          { name: "REST", description: "More", kind: "string", rest: true },
        ],
        examples: [
          { run: "MORTAR_A=x mortar do 'one two' --b -p dev --d a=b | head", does: "Does it" },
          { run: 'eval "$(mortar do one --no-b)"', does: "Does it here" },
          { run: "cat names.txt | mortar do -", does: "Does it with what comes" },
        ],
      }),
    ).toEqual([]);
  });

  test.each([
    [{ summary: "" }, "mortar do: has no summary"],
    [{ summary: "Do it." }, "ends with a full stop"],
    [{ summary: "do it" }, "starts with a small letter"],
    [{ summary: " Do  it" }, "white space"],
    [{ summary: "D".repeat(81) }, "longer than 80"],
    [{ examples: [] }, "has no example"],
    [{ examples: [{ run: "mortar do", does: "" }] }, "has no example"],
    [{ examples: [{ run: "mortar do --unknown", does: "X" }] }, "does not parse: Unknown option --unknown"],
    [{ examples: [{ run: "mortar do surplus", does: "X" }] }, "does not parse: Unexpected argument"],
    [{ examples: [{ run: "mortar done", does: "X" }] }, "does not parse"],
    [{ examples: [{ run: "mortar", does: "X" }] }, "runs another command"],
    [{ examples: [{ run: "sudo mortar do", does: "X" }] }, "does not start with mortar"],
    [{ positionals: [{ name: "name", description: "A", kind: "string" }] }, "is not in capitals"],
    [{ positionals: [{ name: "NAME", description: "", kind: "string" }] }, "has no text"],
    [
      {
        positionals: [
          { name: "A", description: "A", kind: "string", rest: true },
          { name: "B", description: "B", kind: "string" },
        ],
      },
      "is not the last",
    ],
    [
      {
        examples: [{ run: "mortar do x y", does: "X" }],
        positionals: [
          { name: "A", description: "A", kind: "string" },
          { name: "B", description: "B", kind: "string", required: true },
        ],
      },
      "stands behind one that is not",
    ],
  ] satisfies [Partial<Command>, string][])("%j", (changes, fault) => {
    expect(faults(changes)).toEqual([expect.stringContaining(fault)]);
  });

  test.each([
    [{ a: { ...text, description: "" } }, "mortar do --a: has no description"],
    [{ a: { ...text, description: "A." } }, "full stop"],
    [{ a: { ...text, placeholder: "text" } }, "is not in capitals"],
    [{ A: text }, "not lower case"],
    [{ a: { ...text, short: "p" } }, "-p is --profile already"],
    [{ a: { ...text, short: "aa" } }, "not one letter"],
    [{ json: text }, "--json is --json already"],
    [{ a: { ...text, aliases: ["profile"] } }, "--profile is --profile already"],
    [{ a: { ...text, short: "x" }, b: { ...text, short: "x" } }, "-x is --a already"],
    [
      { "no-a": { kind: "switch", description: "X" }, a: { kind: "switch", description: "A", negatable: true } },
      "--no-a is --no-a already",
    ],
    [{ a: { ...text, conflicts: ["b"] } }, "conflicts with --b, which is not there"],
    [{ a: { ...text, conflicts: ["a"] } }, "conflicts with --a"],
    [{ a: { ...text, env: "lower" } }, "no variable"],
    [{ a: { ...text, env: "MORTAR_A" }, b: { ...text, env: "MORTAR_A" } }, "MORTAR_A gives --a elsewhere"],
    [{ a: { ...text, description: "jsonp it is", choices: ["json"] } }, "small letter"],
    [{ a: { ...text, choices: [] } }, "no choices"],
    [{ a: { ...text, choices: ["x"], default: "y" } }, "does not fit"],
    [{ a: { ...text, kind: "integer", default: "five" } }, "does not fit"],
    [{ a: { ...text, kind: "integer", minimum: 1, default: "0" } }, "does not fit"],
    [{ a: { ...text, maximum: 1 } }, "has a range, and is no number"],
    [{ a: { ...text, exists: true } }, "is no path that could exist"],
    [{ a: text, b: { ...text, formerly: ["a"] } }, "--a is --a already"],
  ] satisfies [Flags, string][])("%j", (flags, fault) => {
    // A default that does not fit also keeps the example from parsing.
    expect(flagged(flags).filter((one) => !one.includes("does not parse"))).toEqual([expect.stringContaining(fault)]);
  });

  test("another name of a command is no name of a second one", () => {
    const group: Group = {
      summary: "All",
      commands: { do: command(), redo: { ...command(), hidden: true, examples: [], aliases: ["do"] } },
    };
    expect(tableFaults(group)).toEqual(["mortar redo: do is do already"]);
  });

  test("examples of a group run any command, and have to parse", () => {
    const group = (run: string): Group => ({ ...table(command()), examples: [{ run, does: "Does it" }] });
    expect(tableFaults(group("mortar do --json"))).toEqual([]);
    expect(tableFaults(group("mortar undo"))).toEqual([
      expect.stringContaining("does not parse: mortar: unknown command"),
    ]);
  });

  test("finds groups that are empty or badly named", () => {
    expect(tableFaults(table({ summary: "Empty", commands: {} }))).toEqual(["mortar do: has no commands"]);
    expect(tableFaults({ summary: "All", commands: { Do: command({ hidden: true, examples: [] }) } })).toEqual([
      "mortar: Do is not lower case with dashes",
    ]);
  });

  test("shell words", () => {
    expect(shellWords(`mortar a 'b c' "d \\"e\\"" --f='{"g": 1}' | jq .`)).toEqual([
      "mortar",
      "a",
      "b c",
      'd "e"',
      '--f={"g": 1}',
    ]);
  });
});
