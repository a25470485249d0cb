// The MCP server: ours starts and lists its tools, and so does each that an agent starts.
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { toMortarError } from "../../platform/errors.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { findProgram } from "../../platform/programs.ts";
import { fail, orPass, pass, warn, type Check, type CheckContext, type Finding } from "../check.ts";
import { readServers, type FoundServer } from "../../agents/servers.ts";
import { takeOut } from "../settings-files.ts";

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "mortar doctor", version: "1" } },
};
const listing = [
  initialize,
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];

const server: Check = {
  id: "mcp.server",
  group: "mcp",
  title: "The MCP server starts and lists its tools",
  limitMs: 20_000,
  run: async ({ deps, around, facts, signal }) => {
    const own = [...around.self, "mcp", "serve", `--profile=${facts.profile}`] as [string, ...string[]];
    const alive = (await readServers(deps)).filter((one) => isMortar(one) && !isDead(deps, one));
    const lines = new Map<string, Started>([["", { words: own, title: "the server", shown: own.join(" ") }]]);
    for (const { command, args, title } of alive) {
      if (command !== undefined)
        // Further words of a person's own may hold what it signs in with.
        lines.set([command, ...args].join(" "), {
          words: [command, ...args],
          title: `that of ${title}`,
          shown: `${command} mcp serve`,
        });
    }
    const found = await Promise.all(
      [...lines.values()].map(async ({ words, title, shown }) => {
        const listed = await listTools({ deps, signal }, words).catch(
          (thrown: unknown) => toMortarError(thrown).message,
        );
        if (typeof listed === "number") return pass(`${title}: ${listed} tools`);
        const said = listed === "" ? "" : `: ${listed}`;
        return fail(`${title} did not list its tools${said}`, `See what it says: ${shown}`);
      }),
    );
    return found;
  },
};

interface Started {
  readonly words: [string, ...string[]];
  readonly title: string;
  /** For people. */
  readonly shown: string;
}

/** How many there are, or what it said in their place. Throws as running a program does. */
async function listTools(
  { deps, signal }: Pick<CheckContext, "deps" | "signal">,
  words: [string, ...string[]],
): Promise<number | string> {
  const input = listing.map((message) => `${JSON.stringify(message)}\n`).join("");
  const { stdout, stderr } = await deps.run(words, {
    env: deps.env,
    input,
    signal,
    timeoutMs: 9_000,
    maxOutputBytes: 8_000_000,
  });
  for (const line of stdout.split("\n")) {
    const message = tryJson(line);
    const result = isObject(message) && message["id"] === 2 ? message["result"] : undefined;
    if (isObject(result) && Array.isArray(result["tools"])) return result["tools"].length;
  }
  return stderr.trim().split("\n", 1)[0] ?? "";
}

const entries: Check = {
  id: "mcp.agents",
  group: "mcp",
  title: "Agents start an MCP server that is there",
  run: async ({ deps, facts }) => {
    const servers = await readServers(deps);
    const ours = servers.filter((one) => isOurs(one));
    const dead = servers.filter((one) => (isOurs(one) || one.name === "databricks") && isDead(deps, one));
    const findings: Finding[] = dead.map((one) => {
      const { agent, title, file, format, path, name, command } = one;
      const seen = `${title} starts ${command ?? ""} for ${name}, which is not there (${file})`;
      const cure = `mortar mcp install --client ${agent}`;
      // Somebody else's may be there for the agent, on another PATH.
      if (!isOurs(one)) return warn(seen, cure);
      const apply = () => takeOut(deps, { file, format }, [[path, name]]);
      return fail(seen, cure, { title: `Take ${path}.${name} out of ${file}`, safe: false, apply });
    });
    const alive = ours.filter((one) => !dead.includes(one));
    const installed = (await facts.agents()).filter(({ presence }) => presence.installed);
    // Ours by whatever name, or somebody else's under the usual one.
    const isServed = (id: string): boolean =>
      servers.some((one) => one.agent === id && (isOurs(one) || one.name === "databricks"));
    const without = installed.filter(({ agent }) => agent.gives.server && !isServed(agent.id));
    if (without.length > 0 && alive.length + dead.length > 0) {
      const names = without.map(({ agent }) => agent.title).join(", ");
      findings.push(warn(`${names} ${without.length === 1 ? "has" : "have"} no server of ours`, "mortar setup"));
    }
    return orPass(
      findings,
      alive.length === 0 ? "none is set up; mortar setup does" : alive.map(({ title }) => title).join(", "),
    );
  },
};

function isMortar({ command = "", args }: FoundServer): boolean {
  return /(?:^|[\\/])mortar(?:\.exe)?$/i.test(command) && args[0] === "mcp" && args[1] === "serve";
}

function isOurs(server: FoundServer): boolean {
  const { command = "", args } = server;
  return (
    /(?:^|[\\/])mortar(?:\.exe)?$/i.test(command) ||
    (args.includes("mcp") && args.includes("serve") && args.some((word) => word.endsWith("main.ts")))
  );
}

function isDead(deps: CheckContext["deps"], { command }: FoundServer): boolean {
  if (command === undefined) return false;
  if (isAbsolute(command)) return !existsSync(command);
  return findProgram(command, deps) === undefined;
}

export const mcpChecks: readonly Check[] = [server, entries];
