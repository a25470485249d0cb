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
    auth: { summary: "Auth", commands: { login: command("Login"), logout: command("Logout") } },
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
  ])("%j", (line, expected) => {
    expect(found(line)).toEqual(expected);
  });

  test.each([
    ["verison", 'mortar: unknown command "verison"', "Did you mean mortar version?"],
    ["auth logn", 'mortar auth: unknown command "logn"', "Did you mean mortar auth login?"],
    ["auth xyzzy", "unknown command", "See mortar auth --help."],
    ["secre", "unknown command", "See mortar --help."],
    ["constructor", "unknown command", undefined],
    ["__proto__", "unknown command", undefined],
    ["auth toString", "unknown command", undefined],
    ["--jsno version", "Unknown option --jsno", "Did you mean --json?"],
    ["--xyzzy version", "Unknown option --xyzzy", "after its name"],
    ["-qx version", "Unknown option -x", undefined],
    ["-- version", "Unknown option --", undefined],
  ])("%s is refused", (line, message, hint) => {
    expect(() => found(line)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(message) }),
    );
    if (hint !== undefined)
      expect(() => found(line)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });
});
