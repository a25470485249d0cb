// The agents of this machine: found, starting, and led where mortar leads them.
import { join } from "node:path";
import { serverName as usualServerName } from "../../agents/launch/agent.ts";
import { recordedServerName } from "../../agents/ready/server.ts";
import { listEdits } from "../../platform/edits/edits.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { orPass, pass, skip, warn, type Check, type Finding } from "../check.ts";

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
        const serverName = recordedServerName(edits, agent.id) ?? usualServerName;
        const settings = await agent.foreign(deps, { scope: { kind: "home" }, serverName });
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

/** From this version on it writes the model's name anew, which the workspace's own path refuses; the proxy mends it. */
const renaming = "0.45.0";

const gemini: Check = {
  id: "agents.gemini",
  group: "agents",
  title: "Gemini CLI reaches the workspace by a way that takes its models' names",
  run: async ({ facts }) => {
    const { presence } = (await facts.agents()).find(({ agent }) => agent.id === "gemini") ?? {};
    if (presence?.installed !== true) return skip("Gemini CLI is not on this machine");
    const file = join(presence.configFolder, ".env");
    const text = (await readTextIfPresent(file).catch(() => undefined)) ?? "";
    const url = /^\s*(?:export\s+)?GOOGLE_GEMINI_BASE_URL\s*=\s*["']?([^"'\s]+)/m.exec(text)?.[1] ?? "";
    const isDirect = URL.canParse(url) && !/^(?:127\.|localhost$|\[::1\]$)/.test(new URL(url).hostname);
    const isRenaming = presence.version !== undefined && Bun.semver.order(presence.version, renaming) >= 0;
    if (!isDirect || !isRenaming) return pass(url === "" ? "nothing leads it elsewhere" : url);
    return warn(
      `${file} leads Gemini CLI ${presence.version ?? ""} to ${new URL(url).host} itself: from ${renaming} on it writes models' names anew, which is refused there (400, 404)`,
      "mortar setup gemini leads it through the proxy; or install a version before 0.45",
    );
  },
};

export const agentChecks: readonly Check[] = [found, answers, foreign, gemini];
