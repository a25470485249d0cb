// From words to the command they name.
import { describe, expect, test } from "bun:test";
import { route } from "./route.ts";
import type { Command, Group } from "./spec.ts";

function command(summary: string): Command {
  return {
    summary,
    flags: {},
    positionals: [],
    examples: [],
    load: () => Promise.reject(new Error("not loaded here")),
  };
}

const root: Group = {
  summary: "All",
  commands: {
    version: command("Version"),
    secret: { ...command("Secret"), hidden: true },
    auth: {
      summary: "Auth",
      aliases: ["account"],
      commands: {
        login: { ...command("Login"), aliases: ["signin"] },
        logout: command("Logout"),
        show: command("Show"),
      },
    },
    tool: { summary: "Tool", commands: { show: command("Show"), call: command("Call") } },
    old: { ...command("Old"), deprecated: "Use mortar version." },
  },
};

function found(line: string): unknown {
  const one = route(root, line === "" ? [] : line.split(" "));
  if (one.kind === "group") return { group: one.path.join(" "), asked: one.asked };
  return { command: one.path.join(" "), words: one.words.join(" "), summary: one.command.summary };
}

describe("route", () => {
  test.each([
    ["version", { command: "version", words: "", summary: "Version" }],
    ["auth login --host x y", { command: "auth login", words: "--host x y", summary: "Login" }],
    ["--json auth login", { command: "auth login", words: "--json", summary: "Login" }],
    ["-p dev auth -q login z", { command: "auth login", words: "-p dev -q z", summary: "Login" }],
    ["--profile=dev version", { command: "version", words: "--profile=dev", summary: "Version" }],
    ["--profile auth version", { command: "version", words: "--profile auth", summary: "Version" }],
    ["-pdev version", { command: "version", words: "-pdev", summary: "Version" }],
    ["-qpdev version", { command: "version", words: "-qpdev", summary: "Version" }],
    ["-qp dev version", { command: "version", words: "-qp dev", summary: "Version" }],
    ["secret", { command: "secret", words: "", summary: "Secret" }],
    ["version --help", { command: "version", words: "--help", summary: "Version" }],
    ["help version", { command: "version", words: "--help", summary: "Version" }],
    ["help auth login", { command: "auth login", words: "--help", summary: "Login" }],
    ["auth help login", { command: "auth login", words: "--help", summary: "Login" }],
    ["", { group: "", asked: false }],
    ["auth", { group: "auth", asked: false }],
    ["--json auth", { group: "auth", asked: false }],
    ["--help", { group: "", asked: true }],
    ["help", { group: "", asked: true }],
    ["help auth", { group: "auth", asked: true }],
    ["auth -h", { group: "auth", asked: true }],
    ["-q auth --help", { group: "auth", asked: true }],
    ["--profile", { group: "", asked: false }],
    ["account signin x", { command: "auth login", words: "x", summary: "Login" }],
    ["account", { group: "auth", asked: false }],
    ["--version", { command: "version", words: "", summary: "Version" }],
    ["--version --json", { command: "version", words: "--json", summary: "Version" }],
    ["--json -V", { command: "version", words: "--json", summary: "Version" }],
    ["auth --version", { command: "version", words: "", summary: "Version" }],
    ["version -- --version", { command: "version", words: "-- --version", summary: "Version" }],
  ])("%j", (line, expected) => {
    expect(found(line)).toEqual(expected);
  });

  test.each([
    ["verison", 'mortar: unknown command "verison"', "Did you mean mortar version?"],
    ["auth logn", 'mortar auth: unknown command "logn"', "Did you mean mortar auth login?"],
    ["auth xyzzy", "unknown command", "It has login, logout, show. See mortar auth --help."],
    ["auth -profile dev show", "Unknown option -profile", "Did you mean --profile?"],
    ["-json version", "Unknown option -json", "Did you mean --json?"],
    ["secre", "unknown command", "See mortar --help."],
    ["constructor", "unknown command", undefined],
    ["__proto__", "unknown command", undefined],
    ["auth toString", "unknown command", undefined],
    ["--jsno version", "Unknown option --jsno", "Did you mean --json?"],
    ["--xyzzy version", "Unknown option --xyzzy", "after its name"],
    ["-qx version", "Unknown option -x", undefined],
    ["-- version", "Unknown option --", undefined],
    ["logout", 'mortar: unknown command "logout"', "Did you mean mortar auth logout?"],
    ["show", 'mortar: unknown command "show"', "Did you mean mortar auth show or mortar tool show?"],
    ["auth call", 'mortar auth: unknown command "call"', "Did you mean mortar tool call?"],
    ["odl", 'unknown command "odl"', "See mortar --help."],
    ["--versoin", "Unknown option --versoin", "Did you mean --version?"],
  ])("%s is refused", (line, message, hint) => {
    expect(() => found(line)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(message) }),
    );
    if (hint !== undefined)
      expect(() => found(line)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });
});

test("a command that is out of date still runs, and says what to use", () => {
  expect(route(root, ["old", "x"])).toMatchObject({
    path: ["old"],
    words: ["x"],
    notices: ["mortar old is out of date. Use mortar version."],
  });
  expect(route(root, ["version"])).toMatchObject({ notices: [] });
});

test("--version is an unknown option where the table has no such command", () => {
  expect(() => route({ summary: "All", commands: {} }, ["--version"])).toThrow("Unknown option --version");
});
