// Where each coding agent looks for skills, by its own documentation.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Deps, Environment } from "../platform/deps.ts";
import { requireHome } from "../platform/paths.ts";
import type { SkillAgentName, SkillScope } from "./agent-names.ts";

interface Place {
  /** Below the home folder, or a whole path where a variable moves it. */
  readonly user: (env: Environment) => string;
  /** Below the project's folder. */
  readonly project: string;
  /**
   * It reads the folder that agents share as well, so that a second copy there is of no use. Gemini CLI warns of each skill
   * that it finds twice (0.61).
   */
  readonly readsShared?: boolean;
}

/**
 * Sources: code.claude.com/docs/en/skills, developers.openai.com/codex/skills, geminicli.com/docs/cli/using-agent-skills,
 * opencode.ai/docs/skills, docs.github.com/en/copilot/concepts/agents/about-agent-skills, cursor.com/docs/context/skills,
 * code.visualstudio.com/docs/copilot/customization/agent-skills, docs.windsurf.com/windsurf/cascade/skills,
 * kiro.dev/docs/skills, antigravity.google/docs/skills.
 */
const places: Readonly<Record<SkillAgentName, Place>> = {
  claude: { user: (env) => join(given(env, "CLAUDE_CONFIG_DIR") ?? ".claude", "skills"), project: ".claude/skills" },
  codex: { user: () => ".agents/skills", project: ".agents/skills" },
  gemini: {
    user: (env) => join(given(env, "GEMINI_CLI_HOME") ?? "", ".gemini", "skills"),
    project: ".gemini/skills",
    readsShared: true,
  },
  opencode: {
    user: (env) => join(given(env, "XDG_CONFIG_HOME") ?? ".config", "opencode", "skills"),
    project: ".opencode/skills",
    readsShared: true,
  },
  copilot: {
    user: (env) => join(given(env, "COPILOT_HOME") ?? ".copilot", "skills"),
    project: ".github/skills",
    readsShared: true,
  },
  cursor: { user: () => ".cursor/skills", project: ".cursor/skills", readsShared: true },
  vscode: { user: () => ".copilot/skills", project: ".github/skills", readsShared: true },
  windsurf: { user: () => ".codeium/windsurf/skills", project: ".windsurf/skills" },
  kiro: { user: () => ".kiro/skills", project: ".kiro/skills" },
  antigravity: { user: () => ".gemini/config/skills", project: ".agents/skills" },
  agents: { user: () => ".agents/skills", project: ".agents/skills" },
};

/** The folder that holds an agent's skills. Throws `config_missing` where there is no home folder. */
export function skillsFolder(
  agent: SkillAgentName,
  scope: SkillScope,
  deps: Pick<Deps, "env" | "paths" | "cwd">,
): string {
  const { user, project } = places[agent];
  if (scope === "project") return join(projectFolder(deps.cwd), project);
  return resolve(requireHome(deps.paths), user(deps.env));
}

/** Whether the agent finds skills in the shared folder (`agents`) too. */
export function readsSharedFolder(agent: SkillAgentName): boolean {
  return places[agent].readsShared === true;
}

/** The root of the repository that `cwd` lies in, where most agents look; `cwd` itself outside of any. */
export function projectFolder(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return resolve(cwd);
  }
}

function given(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === "" ? undefined : value;
}
