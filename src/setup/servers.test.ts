// The server that the agent's own command has added.
import { afterEach, expect, test } from "bun:test";
import { readyMachine, type ReadyMachine } from "../agents/ready/testing.ts";
import { takeStrayServers } from "./servers.ts";

let made: ReadyMachine;
afterEach(() => made.dispose());

const ours = { type: "stdio", command: "/usr/local/bin/mortar", args: ["mcp", "serve", "--profile", "DEFAULT"] };

test("ours goes by whatever name, all else stays as it is", async () => {
  made = readyMachine();
  const theirs = { databricks: { command: "npx", args: ["other"] }, mine: { ...ours, env: { X: "1" } } };
  made.write(".claude.json", JSON.stringify({ projects: {}, mcpServers: { ...theirs, work: ours } }));
  made.write(
    ".codex/config.toml",
    `model = "x" # mine\n\n[mcp_servers.databricks]\ncommand = "mortar"\nargs = ["mcp", "serve"]\n`,
  );
  const planned = await takeStrayServers(made.deps, undefined, { dryRun: true });
  expect(planned).toHaveLength(2);
  expect(made.read(".claude.json")).toContain('"work"');
  expect(await takeStrayServers(made.deps, undefined, { dryRun: false })).toEqual(planned);
  expect(JSON.parse(made.read(".claude.json"))).toEqual({ projects: {}, mcpServers: theirs });
  expect(made.read(".codex/config.toml")).toContain('model = "x" # mine');
  expect(made.read(".codex/config.toml")).not.toContain("mortar");
  expect(await takeStrayServers(made.deps, undefined, { dryRun: false })).toEqual([]);
});

test("only the named agent's, and a broken file is left", async () => {
  made = readyMachine();
  made.write(".gemini/settings.json", JSON.stringify({ mcpServers: { databricks: ours } }));
  made.write(".claude.json", "{ broken");
  expect(await takeStrayServers(made.deps, ["claude"], { dryRun: false })).toEqual([]);
  expect(made.read(".claude.json")).toBe("{ broken");
  expect(made.read(".gemini/settings.json")).toContain("databricks");
});

test("a file that is there for our server alone goes with it, and one that says anything else stays", async () => {
  made = readyMachine();
  made.write(".codex/config.toml", '[mcp_servers.databricks]\ncommand = "mortar"\nargs = ["mcp", "serve"]\n');
  made.write(".gemini/settings.json", JSON.stringify({ mcpServers: { databricks: ours } }));
  made.write(".claude.json", `{ // mine\n "mcpServers": { "databricks": ${JSON.stringify(ours)} } }`);
  const taken = await takeStrayServers(made.deps, undefined, { dryRun: false });
  expect(taken.map(({ status }) => status)).toEqual(["restored", "removed", "removed"]);
  expect([made.has(".codex/config.toml"), made.has(".gemini/settings.json")]).toEqual([false, false]);
  expect(made.read(".claude.json")).toContain("// mine");
  expect(made.read(".claude.json")).not.toContain("mcpServers");
});
