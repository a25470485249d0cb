// The agents of this machine, what they have of ours, and skills.
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { listEdits } from "../../platform/edits/edits.ts";
import { tryJson, isObject } from "../../platform/json.ts";
import { findProgram } from "../../platform/programs.ts";
import { installedSkills, updateSkills } from "../../skills/manage.ts";
import { fail, orPass, pass, skip, warn, type Check, type CheckContext, type Finding } from "../check.ts";
import { readServers, type FoundServer } from "../servers.ts";
import { takeOut } from "../settings-files.ts";

const found: Check = {
  id: "agents.found",
  group: "agents",
  title: "Coding agents on this machine",
  run: async ({ facts }) => {
    const there = (await facts.agents()).filter(({ presence }) => presence.installed);
    if (there.length === 0)
      return warn("none was found", "mortar setup --install-missing, or install one by its vendor's page");
    return pass(
      there
        .map(({ agent, presence }) => `${agent.title}${presence.version === undefined ? "" : ` ${presence.version}`}`)
        .join(", "),
    );
  },
};

const answers: Check = {
  id: "agents.start",
  group: "agents",
  title: "They start",
  run: async ({ facts }) => {
    const there = (await facts.agents()).filter(
      ({ presence }) => presence.program !== undefined && !presence.isOnWindows,
    );
    if (there.length === 0) return skip("there is none to start");
    const mute = there.filter(({ presence }) => presence.version === undefined);
    return orPass(
      mute.map(({ agent, presence }) =>
        warn(
          `${agent.title} (${presence.program ?? ""}) does not say its version`,
          `Run it by hand, or install it anew: ${agent.page}`,
        ),
      ),
      `${there.length} say their versions`,
    );
  },
};

const foreign: Check = {
  id: "agents.foreign",
  group: "agents",
  title: "Their settings lead where mortar leads them",
  run: async ({ deps, facts }) => {
    const edits = await listEdits(deps);
    const owners = new Set(edits.map(({ owner }) => owner.replace(/^\w+-/, "")));
    const findings = await Promise.all(
      (await facts.agents()).map(async ({ agent }): Promise<Finding[]> => {
        const settings = await agent.foreign(deps, { kind: "home" });
        const isOurs = owners.has(agent.id);
        return settings.map(({ file, path, value, what }) => {
          const seen = `${agent.title}: another ${what} is set (${path.join(".")} = ${value} in ${file})`;
          const cure = isOurs
            ? `mortar setup ${agent.id} asks whether it may take its place`
            : `It is yours, and stays; mortar setup ${agent.id} asks before it takes its place`;
          return isOurs ? warn(seen, cure) : pass(seen);
        });
      }),
    );
    return orPass(findings.flat(), "nothing of others is in the way");
  },
};

export const agentChecks: readonly Check[] = [found, answers, foreign];

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
  run: async ({ deps, around, facts, signal }) => {
    const words = [...around.self, "mcp", "serve", `--profile=${facts.profile}`] as [string, ...string[]];
    const count = await toolCount({ deps, signal }, words);
    if (count === undefined) return fail("it did not list its tools", `See what it says: ${words.join(" ")}`);
    return pass(`${count} tools`);
  },
};

async function toolCount(
  { deps, signal }: Pick<CheckContext, "deps" | "signal">,
  words: [string, ...string[]],
): Promise<number | undefined> {
  const input = listing.map((message) => `${JSON.stringify(message)}\n`).join("");
  const { stdout } = await deps.run(words, {
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
  return undefined;
}

const entries: Check = {
  id: "mcp.agents",
  group: "mcp",
  title: "Agents start an MCP server that is there",
  run: async ({ deps, facts }) => {
    const servers = await readServers(deps);
    const ours = servers.filter((one) => isOurs(one));
    const dead = servers.filter((one) => (isOurs(one) || one.name === "databricks") && isDead(deps, one));
    const findings: Finding[] = dead.map(({ agent, title, file, format, path, name, command }) => {
      const apply = () => takeOut(deps, { file, format }, [[path, name]]);
      const fix = { title: `Take ${path}.${name} out of ${file}`, safe: false, apply };
      return fail(
        `${title} starts ${command ?? ""} for ${name}, which is not there (${file})`,
        `mortar mcp install --client ${agent}`,
        fix,
      );
    });
    const alive = ours.filter((one) => !dead.includes(one));
    const installed = (await facts.agents()).filter(({ presence }) => presence.installed);
    const without = installed.filter(
      ({ agent }) => agent.gives.server && !servers.some((one) => one.agent === agent.id && one.name === "databricks"),
    );
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

function isOurs({ command = "", args }: FoundServer): boolean {
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

const skills: Check = {
  id: "skills.installed",
  group: "skills",
  title: "Installed skills are there, and current",
  run: async ({ deps, around, signal }) => {
    const installed = await installedSkills(deps);
    if (installed.length === 0) return skip("none is installed; mortar skills install does");
    const options = { deps, signal, version: around.version };
    const changes = await updateSkills(() => true, { ...options, dryRun: true });
    const findings: Finding[] = [];
    const lost = installed.filter(({ present }) => !present).map(({ folder }) => folder);
    const apply = async (): Promise<void> => {
      await updateSkills(() => true, { ...options, signal: AbortSignal.timeout(60_000), dryRun: false });
    };
    const fix = { title: "Bring the skills up to date; what you changed stays", safe: true, apply };
    if (lost.length > 0)
      findings.push(
        warn(`gone: ${some(lost)}`, "mortar skills update forgets them; mortar skills install brings them back", fix),
      );
    const old = changes.filter(({ status }) => status === "updated" || status === "added" || status === "removed");
    if (old.length > 0)
      findings.push(
        warn(`not as this version has them: ${some(old.map(({ name }) => name))}`, "mortar skills update", fix),
      );
    const changed = changes.filter(({ kept }) => kept.some(({ reason }) => reason === "changed"));
    if (changed.length > 0) {
      const kept = `changed by hand: ${some(changed.map(({ name }) => name))}; they stay as they are`;
      findings.push(old.length > 0 ? warn(kept, "Move your own file away, then: mortar skills install") : pass(kept));
    }
    return orPass(findings, `${installed.length} skills`);
  },
};

function some(names: readonly string[]): string {
  const list = [...new Set(names)];
  return list.length > 5 ? `${list.slice(0, 5).join(", ")} and ${list.length - 5} more` : list.join(", ");
}

const completion: Check = {
  id: "completion.installed",
  group: "completion",
  title: "Shell completion is installed, and current",
  run: async ({ around }) => {
    const places = await around.completion();
    const findings = places.flatMap(({ shell, path, state, active, elsewhere, own, install }): Finding[] => {
      const cure = `mortar completion install ${shell}`;
      if (state === "outdated")
        return [
          warn(`${shell}: ${path} is of another version`, cure, {
            title: `Write ${path} anew`,
            safe: true,
            apply: install,
          }),
        ];
      if (state === "foreign")
        return [
          warn(
            `${shell}: ${path} is not ours, and does not complete what this version has`,
            `Move it away, then: ${cure}`,
          ),
        ];
      if (state === "current" && !active)
        return [warn(`${shell}: new shells do not read ${path}`, `mortar completion status says which line to add`)];
      return state === "absent" && own && !elsewhere
        ? [warn(`${shell}, your shell, has none`, cure, { title: `Write ${path}`, safe: false, apply: install })]
        : [];
    });
    const there = places.filter(({ state, elsewhere }) => state === "current" || elsewhere).map(({ shell }) => shell);
    return orPass(findings, there.length === 0 ? "none is installed" : there.join(", "));
  },
};

export const skillChecks: readonly Check[] = [skills];
export const completionChecks: readonly Check[] = [completion];
