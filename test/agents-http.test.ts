// Real agents on the MCP server over HTTP, which each finds in the person's own settings: Claude Code in the newer era of the
// protocol, the others in the older. Only with everything, for they are fetched for it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { claudeCode, installAgents, otherAgents, type RealAgent } from "./support/real-agents.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

if (process.env["MORTAR_TEST_ALL"] === "1") declare();

interface Setting {
  readonly path: string;
  readonly text: string;
}

/** The server in the settings of each agent, as its own documentation has it. */
function settingOf(name: RealAgent["name"], url: string, key: string): Setting {
  const headers = { Authorization: `Bearer ${key}` };
  const settings: Readonly<Record<RealAgent["name"], Setting>> = {
    claude: {
      path: ".claude.json",
      text: JSON.stringify({ mcpServers: { databricks: { type: "http", url, headers } } }),
    },
    codex: {
      path: ".codex/config.toml",
      text: `[mcp_servers.databricks]\nurl = "${url}"\nhttp_headers = { Authorization = "Bearer ${key}" }\n`,
    },
    gemini: {
      path: ".gemini/settings.json",
      text: JSON.stringify({ mcpServers: { databricks: { httpUrl: url, headers, trust: true } } }),
    },
    opencode: {
      path: ".config/opencode/opencode.json",
      text: JSON.stringify({ mcp: { databricks: { type: "remote", url, headers, enabled: true, oauth: false } } }),
    },
    copilot: {
      path: ".copilot/mcp-config.json",
      text: JSON.stringify({ mcpServers: { databricks: { type: "http", url, headers, tools: ["*"] } } }),
    },
  };
  return settings[name];
}

function declare(): void {
  const agents = [claudeCode, ...otherAgents];
  let machine: Machine;
  let workspace: TestWorkspace;
  let env: Record<string, string>;
  let served: Bun.Subprocess<"ignore", "pipe", "inherit">;
  let url: string;
  let key: string;

  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
    env = await installAgents(machine, agents);
    const words = [binary, "mcp", "serve", "--http", "--json"];
    served = Bun.spawn(words, { env: machine.env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const { value } = await served.stdout.getReader().read();
    const { data } = JSON.parse(new TextDecoder().decode(value)) as { data: { url: string; key_file: string } };
    url = data.url;
    key = (await readFile(data.key_file, "utf8")).trim();
  }, 60_000);

  afterAll(async () => {
    await machine.run(["proxy", "stop"]);
    served.kill("SIGTERM");
    await served.exited;
    await workspace.stop();
    await machine.dispose();
  });

  describe.each(agents.map((agent) => [agent.name, agent] as const))("%s", (name, agent) => {
    test("lists and calls tools over HTTP", async () => {
      const { path, text } = settingOf(name, url, key);
      await mkdir(join(machine.home, path, ".."), { recursive: true });
      await writeFile(join(machine.home, path), text);
      const input = { notebook_path: `~/http-${name}`, content: "print(6 * 7)" };
      await workspace.control("PUT", "scenario", {
        conversations: [
          {
            when: "through the net",
            turns: [
              { text: "I write it.", tools: [{ name: agent.tool("write_notebook"), input }] },
              { text: "I look.", tools: [{ name: agent.tool("list_notebooks"), input: { path: "~" } }] },
              { text: `There is {{/(http-${name})/}}.` },
            ],
          },
          // What agents ask on the side: a title, a summary.
          { when: "", turns: Array.from({ length: 9 }, () => ({ text: "A title" })) },
        ],
      });
      // Its own server over standard input is left out: there is no other way than HTTP.
      const words = [name, "--no-mcp", ...agent.session("Write a notebook through the net.")];
      const ran = await machine.run(words, { env });
      expect(`${ran.stdout}${ran.stderr}`).toContain(`There is http-${name}.`);
    }, 120_000);
  });
}
