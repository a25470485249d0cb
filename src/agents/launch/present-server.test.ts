// A server of our name that is set up already, and what of it holds for a session.
import { afterEach, describe, expect, test } from "bun:test";
import { agents } from "./agents.ts";
import { serverToAdd } from "./present-server.ts";
import { testMachine, type TestMachine } from "./testing.ts";

const serve = (...more: string[]): [string, ...string[]] => ["/bin/mortar", "mcp", "serve", ...more];

describe("the server that is there", () => {
  test.each<[string, object | string, string[]]>([
    ["for the same profile", { command: "mortar", args: ["mcp", "serve", "--profile", "PROD"] }, ["--profile", "PROD"]],
    ["in one list of words", { command: serve("--profile=PROD") }, ["--profile", "PROD"]],
    ["for the default profile", { command: "mortar", args: ["mcp", "serve"] }, ["--profile", "DEFAULT"]],
    ["which only reads", { command: serve("--read-only") }, ["--profile", "DEFAULT", "--read-only"]],
    ["of somebody else", { command: "other", args: ["--profile", "X"] }, ["--profile", "PROD"]],
    ["at an address", { type: "http", url: "https://x.example" }, ["--profile", "PROD"]],
    ["that was switched off", { command: serve("--profile", "X"), enabled: false }, ["--profile", "PROD"]],
  ])("stays: one %s", (_name, present, words) => {
    expect(serverToAdd(serve(...words), [present])).toBeUndefined();
  });

  test.each<[string, object, string[]]>([
    ["for another profile", { command: "mortar", args: ["mcp", "serve", "--profile", "X"] }, ["--profile", "PROD"]],
    ["for the default profile", { command: serve() }, ["--profile", "PROD"]],
    ["that writes, where only reading is wanted", { command: serve() }, ["--profile", "DEFAULT", "--read-only"]],
    ["of somebody else, where only reading is wanted", { command: "x" }, ["--profile", "DEFAULT", "--read-only"]],
  ])("makes way: one %s", (_name, present, words) => {
    expect(serverToAdd(serve(...words), [present])).toEqual(serve(...words));
    expect(serverToAdd(undefined, [present])).toBeUndefined();
  });
});

let machine: TestMachine | undefined;
afterEach(() => machine?.dispose());

const there = { command: "mortar", args: ["mcp", "serve", "--profile", "DEFAULT"] };

test.each([
  ["claude", ".claude.json", { mcpServers: { databricks: there } }],
  ["codex", ".codex/config.toml", '[mcp_servers.databricks]\ncommand = "mortar"\nargs = ["mcp", "serve"]\n'],
  ["gemini", ".gemini/settings.json", { mcpServers: { databricks: there } }],
  ["opencode", ".config/opencode/opencode.json", { mcp: { databricks: { command: ["mortar", "mcp", "serve"] } } }],
  ["copilot", ".copilot/mcp-config.json", { mcpServers: { databricks: there } }],
] as const)(
  "%s has only tools that read where --read-only says so, whatever is set up",
  async (name, file, content) => {
    machine = testMachine();
    machine.write(file, content);
    const textOf = async (server: [string, ...string[]]): Promise<string> => {
      const { words, env, files } = await (machine ?? testMachine()).prepare(agents[name], { server });
      return JSON.stringify([words, env, files]);
    };
    expect(await textOf(serve("--profile", "DEFAULT", "--read-only"))).toContain("--read-only");
    expect(await textOf(serve("--profile", "DEFAULT"))).not.toContain("/bin/mortar");
  },
);
