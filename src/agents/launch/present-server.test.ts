// A server of our name that is set up already, and what of it holds for a session.
import { afterEach, describe, expect, test } from "bun:test";
import { agents } from "./agents.ts";
import { presentServers, serverNamesToAdd, serversToAdd } from "./present-server.ts";
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
    expect(serverNamesToAdd(serve(...words), [{ name: "databricks", entry: present }])).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    ["for another profile", { command: "mortar", args: ["mcp", "serve", "--profile", "X"] }, ["--profile", "PROD"]],
    ["for the default profile", { command: serve() }, ["--profile", "PROD"]],
    ["that writes, where only reading is wanted", { command: serve() }, ["--profile", "DEFAULT", "--read-only"]],
    ["of somebody else, where only reading is wanted", { command: "x" }, ["--profile", "DEFAULT", "--read-only"]],
  ])("makes way: one %s", (_name, present, words) => {
    const there = [{ name: "databricks", entry: present }];
    const entry = (command: string, args: readonly string[]) => [command, ...args];
    expect(serversToAdd(serve(...words), there, entry)).toEqual({ databricks: serve(...words) });
    expect(serversToAdd(undefined, there, entry)).toBeUndefined();
  });

  test("of ours is known by whatever name, and that is what takes its place", () => {
    const there = presentServers({ dbx: { command: serve("--profile", "X") }, other: { command: "x" } });
    expect(there.map(({ name }) => name)).toEqual(["dbx"]);
    expect(serverNamesToAdd(serve("--profile", "X"), there)).toEqual([]);
    expect(serverNamesToAdd(serve("--profile", "Y"), there)).toEqual(["dbx"]);
    expect(serverNamesToAdd(serve("--profile", "Y"), presentServers({ other: { command: "x" } }))).toEqual([
      "databricks",
    ]);
  });

  test("of ours beside one of somebody else that has the usual name", () => {
    const there = presentServers({ databricks: { command: "theirs" }, dbx: { command: serve("--profile", "X") } });
    expect(serverNamesToAdd(serve("--profile", "X"), there)).toEqual([]);
    expect(serverNamesToAdd(serve("--profile", "Y"), there)).toEqual(["dbx"]);
    expect(serverNamesToAdd(serve("--profile", "X", "--read-only"), there)).toEqual(["databricks", "dbx"]);
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

test.each([
  ["claude", ".claude.json", { mcpServers: { dbx: there } }],
  ["codex", ".codex/config.toml", '[mcp_servers.dbx]\ncommand = "mortar"\nargs = ["mcp", "serve"]\n'],
  ["gemini", ".gemini/settings.json", { mcpServers: { dbx: there } }],
  ["opencode", ".config/opencode/opencode.json", { mcp: { dbx: { command: ["mortar", "mcp", "serve"] } } }],
  ["copilot", ".copilot/mcp-config.json", { mcpServers: { dbx: there } }],
] as const)("%s gets no second server where ours is set up by another name", async (name, file, content) => {
  machine = testMachine();
  machine.write(file, content);
  const server = serve("--profile", "DEFAULT");
  const same = await machine.prepare(agents[name], { server });
  expect(JSON.stringify([same.words, same.env, same.files])).not.toContain("/bin/mortar");
  const other = await machine.prepare(agents[name], { server: serve("--profile", "OTHER") });
  const text = JSON.stringify([other.words, other.env, other.files]).replaceAll("\\", "");
  expect(text).toMatch(/dbx[^]*\/bin\/mortar/);
  expect(text).not.toMatch(/databricks"?[.:] ?\{?[^{}]*\/bin\/mortar/);
});
