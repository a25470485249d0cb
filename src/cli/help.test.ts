// Help as a person reads it.
import { describe, expect, test } from "bun:test";
import { commandHelp, groupHelp, usageLine } from "./help.ts";
import type { Command, Group } from "./spec.ts";

const load = () => Promise.reject(new Error("not loaded here"));

const plain = { width: 80, colour: false };

const login: Command = {
  summary: "Sign in",
  description:
    "Signs in to a workspace in the browser and keeps the sign-in, so that nothing else has to ask for it again.",
  flags: {
    host: { kind: "url", placeholder: "URL", description: "The workspace", env: "DATABRICKS_HOST" },
    wait: {
      kind: "duration",
      short: "w",
      placeholder: "TIME",
      description: "How long to wait for the browser",
      default: "5m",
    },
    scope: { kind: "list", of: "string", placeholder: "NAME", description: "A scope", choices: ["all", "sql"] },
    browser: { kind: "switch", negatable: true, description: "Open the browser", group: "Browser" },
    secret: { kind: "switch", hidden: true, description: "Not shown" },
  },
  positionals: [
    { name: "NAME", description: "the profile", kind: "profile", required: true },
    { name: "MORE", description: "more profiles", kind: "profile", rest: true },
  ],
  examples: [{ run: "mortar auth login dev", does: "Sign in as dev" }],
  load,
};

describe("commandHelp", () => {
  test("says all, examples first", () => {
    expect(commandHelp(["auth", "login"], login, plain)).toMatchInlineSnapshot(`
      "Signs in to a workspace in the browser and keeps the sign-in, so that nothing
      else has to ask for it again.

      Examples:
        # Sign in as dev
        $ mortar auth login dev

      Usage:
        mortar auth login NAME [MORE...] [options]

      Arguments:
        NAME  the profile
        MORE  more profiles

      Options:
            --host URL    The workspace (env DATABRICKS_HOST)
        -w, --wait TIME   How long to wait for the browser (default 5m)
            --scope NAME  A scope (one of all, sql; may be repeated)

      Browser:
            --[no-]browser  Open the browser

      Global options:
        -p, --profile NAME  Profile of ~/.databrickscfg to use
            --json          Print the result, or the error, as JSON
        -v, --verbose       Say what happens, on stderr (not with --quiet)
        -q, --quiet         Say nothing but the result
            --no-color      Write no colour
        -h, --help          Show this help
      "
    `);
  });

  test("no line is wider than the terminal, nor wider than is good to read", () => {
    for (const [width, most] of [
      [60, 60],
      [80, 80],
      [300, 110],
    ] as const) {
      const lines = commandHelp(["auth", "login"], { ...login, examples: [] }, { width, colour: false }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(most);
    }
  });

  test("leaves out what there is not", () => {
    const text = commandHelp(["x"], { summary: "X", flags: {}, positionals: [], examples: [], load }, plain);
    expect(text).not.toContain("Arguments:");
    expect(text).not.toContain("Examples:");
    expect(text).not.toContain("\nOptions:");
    expect(text).toContain("Global options:");
  });
});

describe("groupHelp", () => {
  const group: Group = {
    summary: "All",
    description: `${"word ".repeat(30)}end`,
    commands: { login, hidden: { ...login, hidden: true }, sub: { summary: "More below", commands: {} } },
  };

  test("lists commands and groups, hidden ones left out", () => {
    const text = groupHelp(["auth"], group, plain);
    expect(text).toContain("  mortar auth COMMAND [options]");
    expect(text).toMatch(/ {2}login +Sign in\n {2}sub +More below\n/);
    expect(text).not.toContain("hidden");
    expect(text).toContain("Run mortar auth COMMAND --help");
  });

  test("wraps its description", () => {
    expect(
      Math.max(
        ...groupHelp([], group, { width: 60, colour: false })
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(60);
  });
});

test("usageLine shows what is required and what is passed on", () => {
  expect(usageLine(["auth", "login"], login)).toBe("mortar auth login NAME [MORE...] [options]");
  expect(usageLine(["claude"], { ...login, positionals: [], passThrough: true })).toBe(
    "mortar claude [options] [-- WORDS...]",
  );
});
