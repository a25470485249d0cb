// The MCP servers of our name, and ours by other names, that Claude Code has already, wherever its settings keep servers.
import { dirname, join, resolve } from "node:path";
import { isObject } from "../../platform/json.ts";
import { requireHome } from "../../platform/paths.ts";
import type { LaunchDeps } from "./agent.ts";
import { presentServers, type PresentServer } from "./present-server.ts";
import { readObject } from "./read-object.ts";

type ClaudeDeps = Pick<LaunchDeps, "env" | "cwd" | "paths">;

/** Where Claude Code keeps the person's settings. */
export function claudeFolder({ env, paths }: ClaudeDeps): string {
  const own = env["CLAUDE_CONFIG_DIR"] ?? "";
  return own === "" ? join(requireHome(paths), ".claude") : own;
}

/** Those for the person, for this project, and in the project's own file. Ours takes the place of them all. */
export async function claudeServers(deps: ClaudeDeps): Promise<readonly PresentServer[]> {
  const own = (deps.env["CLAUDE_CONFIG_DIR"] ?? "") === "" ? requireHome(deps.paths) : claudeFolder(deps);
  const [person, ...others] = await Promise.all([
    readObject(join(own, ".claude.json")),
    ...projectFiles(deps.cwd).map((path) => readObject(path)),
  ]);
  const projects = isObject(person["projects"]) ? person["projects"] : {};
  return [person, projects[deps.cwd], ...others].flatMap((place) => serversOf(place));
}

/** Whether what the words name (`given`: files or JSON) has one. That is left to the person. */
export async function isGiven(deps: ClaudeDeps, given: readonly string[]): Promise<boolean> {
  const all = await Promise.all(given.map((one) => givenServers(deps.cwd, one)));
  return all.some((one) => serversOf(one).length > 0);
}

function serversOf(value: unknown): readonly PresentServer[] {
  return isObject(value) ? presentServers(value["mcpServers"]) : [];
}

/** `.mcp.json` of this folder and of those above it. */
function projectFiles(cwd: string): string[] {
  const folders: string[] = [];
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    folders.push(join(folder, ".mcp.json"));
    if (dirname(folder) === folder) return folders;
  }
}

async function givenServers(cwd: string, word: string): Promise<Record<string, unknown>> {
  if (!word.trimStart().startsWith("{")) return readObject(resolve(cwd, word));
  try {
    const value: unknown = JSON.parse(word);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
