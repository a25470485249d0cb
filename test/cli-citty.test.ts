// What citty's own parser and runner get wrong (0.2.2, tried), by name: the program gives citty none of its words, and
// the first test of each pair shows that the defect is still there, so that this file can go when it is mended.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parseArgs, runCommand, type ArgsDef } from "citty";
import { globalFlags } from "../src/cli/global-flags.ts";
import { parseWords } from "../src/cli/parse.ts";
import type { Command } from "../src/cli/spec.ts";
import { createMachine, type Machine } from "./support/binary.ts";

const escape = "\u001B";
const args = {
  port: { type: "string" },
  label: { type: "string" },
  json: { type: "boolean" },
} as const satisfies ArgsDef;

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
});
afterAll(() => machine.dispose());

/** A command that wraps a program: there is none in the table yet that could be run without it. */
const wrapping: Command = {
  summary: "Wrap",
  flags: {},
  positionals: [],
  examples: [],
  passThrough: true,
  load: () => Promise.reject(new Error("not loaded here")),
};

describe("an unknown option", () => {
  test("passes citty in silence", () => {
    expect(parseArgs(["--prot", "1"], args)).toMatchObject({ prot: true, _: ["1"] });
  });

  test("is refused here with exit code 2 and the nearest name, and is not taken for a switch and an argument", async () => {
    const { exitCode, stderr, stdout } = await machine.run(["emulator", "start", "--prot", "1"]);
    expect(stderr).toBe("error: Unknown option --prot\nhint: Did you mean --port?\n");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });
});

test("an argument too many is refused", async () => {
  const { exitCode, stderr } = await machine.run(["version", "surplus"]);
  expect(stderr).toContain('Unexpected argument "surplus"');
  expect(exitCode).toBe(2);
});

test("an unknown command is refused with the nearest name", async () => {
  const { exitCode, stderr } = await machine.run(["tol", "list"]);
  expect(stderr).toContain("Did you mean mortar tool?");
  expect(exitCode).toBe(2);
});

describe("an option given twice", () => {
  test("keeps citty only the last", () => {
    expect(parseArgs(["--label", "a", "--label", "b"], args)).toMatchObject({ label: "b" });
  });

  test("keeps every value here, where it is a list", async () => {
    const { data } = await machine.json([
      "tool",
      "list",
      "--tools",
      "read_notebook",
      "--tools=list_jobs,list_clusters",
    ]);
    const names = (data["tools"] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["read_notebook", "list_jobs", "list_clusters"]));
  });
});

describe("a number", () => {
  test("is any text to citty", () => {
    expect(parseArgs(["--port", "x"], args)).toMatchObject({ port: "x" });
  });

  test.each([
    [["emulator", "start", "--port", "x"], '--port: "x" is not a whole number'],
    [["emulator", "start", "--token-lifetime", "soon"], '"soon" is not a duration'],
    [["auth", "token", "--output", "yaml"], '"yaml" is not one of json, text'],
  ])("and other values are checked here: %j", async (words, message) => {
    const { exitCode, stderr } = await machine.run(words);
    expect(stderr).toContain(message);
    expect(stderr).toContain("\nhint: ");
    expect(exitCode).toBe(2);
  });
});

describe("--help behind --", () => {
  test("is an argument of the command", async () => {
    const { exitCode, stdout, stderr } = await machine.run(["tool", "show", "--", "--help"]);
    expect(stdout).toBe("");
    expect(stderr).toContain("--help");
    expect(exitCode).toBe(2);
  });

  test("belongs to the program that is wrapped", () => {
    expect(parseWords(wrapping, globalFlags, ["--", "--help", "-h"], {})).toMatchObject({
      flags: { help: false },
      rest: ["--help", "-h"],
    });
  });
});

describe("-- itself", () => {
  test("is lost to citty's commands: what follows is parsed all the same", () => {
    expect(parseArgs(["--", "--json"], args)._).toEqual(["--json"]);
    expect(parseArgs(["run", "--", "--json"], args)._).toEqual(["run", "--json"]);
  });

  test("parts our words from the wrapped program's here", () => {
    expect(parseWords(wrapping, globalFlags, ["--json", "--", "--json", "--"], {})).toMatchObject({
      flags: { json: true },
      rest: ["--json", "--"],
    });
  });
});

describe("a global option before the command's name", () => {
  test("does not reach citty's subcommand", async () => {
    let seen: unknown;
    const sub = { run: (context: { args: unknown }) => void (seen = context.args) };
    await runCommand({ args, subCommands: { sub } }, { rawArgs: ["--json", "sub"] });
    expect(seen).toEqual({ _: [] });
  });

  test("reaches it here, and behind the name it is known too", async () => {
    for (const words of [
      ["--json", "version"],
      ["version", "--json"],
    ]) {
      expect(JSON.parse((await machine.run(words)).stdout)).toMatchObject({ ok: true });
    }
  });
});

test("--json does not swallow the next word", async () => {
  const { stdout } = await machine.run(["--json", "tool", "show", "read_notebook"]);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { name: "read_notebook" } });
});

test("--version is understood beside other words", async () => {
  const { data } = await machine.json(["--version"]);
  expect(data["version"]).toMatch(/^\d+\.\d+\.\d+/);
  expect((await machine.run(["tool", "--version"])).stdout).toMatch(/^mortar \d/);
});

describe("usage after an error", () => {
  test("goes to stderr, without colour in a pipe, with exit code 2", async () => {
    const { exitCode, stdout, stderr } = await machine.run(["auth"]);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage:\n  mortar auth COMMAND");
    expect(stderr).not.toContain(escape);
    expect(exitCode).toBe(2);
  });

  test("is an error of its own with --json", async () => {
    const { error } = await machine.json(["auth"]);
    expect(error).toMatchObject({ code: "usage", exit_code: 2, hint: "See mortar auth --help." });
  });

  test("help that was asked for goes to stdout, with exit code 0", async () => {
    for (const words of [["--help"], ["help"], ["help", "auth", "login"], ["auth", "login", "-h"], ["auth", "help"]]) {
      const { exitCode, stdout, stderr } = await machine.run(words);
      expect(stdout).toContain("Usage:");
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    }
  });
});

test("exit codes tell one failure from another", async () => {
  const codes = await Promise.all(
    [["nonesuch"], ["tool", "call", "list_notebooks", "--arg", "path=/"], ["emulator", "status"], ["version"]].map(
      async (words) => (await machine.run(words)).exitCode,
    ),
  );
  expect(codes).toEqual([2, 3, 1, 0]);
});
