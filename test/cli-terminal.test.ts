// What a person sees on a terminal, and what is left out where there is none: colour, width, progress, questions.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";
import { createMachine, type Machine } from "./support/binary.ts";
import { onTerminal } from "./support/terminal.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

const escape = "\u001B";

let machine: Machine;
let workspace: TestWorkspace;
beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
});
afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

const seen = async (words: readonly string[], options: Parameters<typeof onTerminal>[2] = {}) => {
  const run = onTerminal(machine, words, options);
  const exitCode = await run.ended();
  return { exitCode, text: run.text() };
};

describe.skipIf(process.platform === "win32")("colour", () => {
  test("is there on a terminal, in help and in errors", async () => {
    expect((await seen(["--help"])).text).toContain(`${escape}[1mUsage:${escape}[0m`);
    expect((await seen(["tool", "list", "--help"])).text).toContain(`${escape}[1mExamples:${escape}[0m`);
    expect((await seen(["verison"])).text).toContain(`${escape}[1;31merror:${escape}[0m`);
  });

  test.each([
    ["NO_COLOR", ["verison"], { env: { NO_COLOR: "1" } }],
    ["TERM=dumb", ["verison"], { env: { TERM: "dumb" } }],
    ["--no-color", ["verison", "--no-color"], {}],
    ["--no-color before the command's name", ["--no-color", "verison"], {}],
    ["NO_COLOR, in help", ["--help"], { env: { NO_COLOR: "1" } }],
    ["--no-color, in help", ["tool", "list", "--help", "--no-color"], {}],
    ["--no-color, in a command that fails", ["tool", "show", "nonesuch", "--no-color"], {}],
  ] as const)("is not with %s", async (_name, words, options) => {
    expect((await seen(words, options)).text).not.toContain(escape);
  });

  test("an empty NO_COLOR is none, as no-color.org has it", async () => {
    expect((await seen(["verison"], { env: { NO_COLOR: "" } })).text).toContain(escape);
  });

  test.each([[["--help"]], [["verison"]], [["tool", "list"]], [["tool", "call", "list_notebooks"]]])(
    "is not in a pipe: %j",
    async (words) => {
      const { stdout, stderr } = await machine.run(words);
      expect(stdout + stderr).not.toContain(escape);
    },
  );
});

describe.skipIf(process.platform === "win32")("help", () => {
  test.each([
    [50, 50],
    [60, 60],
    [100, 100],
    [400, 110],
  ])("on %d columns is %d wide at the most, save in examples", async (columns, most) => {
    const { text } = await seen(["mcp", "serve", "--help"], { columns });
    const lines = stripVTControlCharacters(text)
      .split(/\r?\n/)
      .filter((line) => !line.startsWith("  $ "));
    const widest = Math.max(...lines.map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(most);
    // It uses the room that it has.
    expect(widest).toBeGreaterThan(most * 0.8);
  });
});

describe.skipIf(process.platform === "win32")("progress", () => {
  const path = "/api/2.0/workspace/list";
  const call = ["tool", "call", "list_notebooks", "--arg", "path=/"];
  const slowly = async (words: readonly string[], options: Parameters<typeof onTerminal>[2] = {}) => {
    await workspace.control("POST", "faults", { kind: "latency", delay_ms: 700, path, times: 1 });
    return seen(words, options);
  };

  test("says what is waited for while it is, and is gone at the end", async () => {
    const { text, exitCode } = await slowly(call);
    expect(text).toMatch(/[⠋⠙⠹⠸⠼⠴] Calling the tool/);
    expect(text).toContain(`\r${escape}[K`);
    expect(text.slice(text.lastIndexOf(`\r${escape}[K`))).not.toContain("Calling the tool");
    expect(exitCode).toBe(0);
  });

  test("moves: more than one sign is seen", async () => {
    const { text } = await slowly(call);
    expect(new Set(text.match(/[⠋⠙⠹⠸⠼⠴](?= Calling)/g)).size).toBeGreaterThan(1);
  });

  test.each([
    ["with --quiet", [...call, "--quiet"], {}],
    ["on a dumb terminal", call, { env: { TERM: "dumb" } }],
  ])("is silent %s", async (_name, words, options) => {
    expect((await slowly(words, options)).text).not.toContain("Calling the tool");
  });

  test("is silent in a pipe", async () => {
    await workspace.control("POST", "faults", { kind: "latency", delay_ms: 700, path, times: 1 });
    const { stdout, stderr } = await machine.run(call);
    expect(stdout).not.toContain("Calling");
    expect(stderr).toBe("");
  });
});

describe.skipIf(process.platform === "win32")("a question", () => {
  const reset = ["emulator", "reset", "--data", "other"];

  test.each([
    ["n\r", 1],
    ["\r", 1],
    ["\u0004", 1],
  ])("is asked on a terminal, and %j is a no", async (keys, exitCode) => {
    const run = onTerminal(machine, reset);
    await run.until("[y/N] ");
    run.type(keys);
    expect(await run.ended()).toBe(exitCode);
    expect(run.text()).toContain("Nothing was deleted.");
  });

  test("y is a yes", async () => {
    const run = onTerminal(machine, reset);
    await run.until("[y/N] ");
    run.type("y\r");
    expect(await run.ended()).toBe(0);
  });

  test("is not asked in a pipe: exit 2, and the flag is named", async () => {
    const { error } = await machine.json(reset, { input: "y\n" });
    expect(error).toMatchObject({ code: "usage", exit_code: 2, hint: expect.stringContaining("--yes") });
  });
});

describe.skipIf(process.platform === "win32")("a choice", () => {
  const install = ["mcp", "install", "--dry-run"];
  const down = "\u001B[B";

  test("is made with the arrow keys, and the command goes on with it", async () => {
    const run = onTerminal(machine, install);
    await run.until("Which agent?");
    await run.until("Antigravity");
    run.type(down.repeat(5));
    await run.until(/Cursor.*mcp\.json/);
    run.type("\r");
    expect(await run.ended()).toBe(0);
    expect(run.text()).toContain("Put this into ~/.cursor/mcp.json (Cursor)");
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Escape", "\u001B"],
  ])("is left with %s: exit 130", async (_name, key) => {
    const run = onTerminal(machine, install);
    await run.until("Antigravity");
    run.type(key);
    expect(await run.ended()).toBe(130);
    // The cursor is shown again, and the keyboard is the shell's again.
    expect(run.text()).toContain(`${escape}[?25h`);
  });

  test.each([
    ["in a pipe", install, undefined],
    ["with --json", [...install, "--json"], {}],
    ["on a dumb terminal", install, { env: { TERM: "dumb" } }],
  ])("is not asked for %s: the flag is named", async (_name, words, options) => {
    const { exitCode, text } =
      options === undefined
        ? await machine.run(words).then((ran) => ({ exitCode: ran.exitCode, text: ran.stderr }))
        : await seen(words, options);
    expect(exitCode).toBe(2);
    expect(text).toContain("--client");
    expect(text).not.toContain("Which agent?");
  });
});
