// Whether Claude Code has our MCP server already, wherever its settings keep servers.
import { dirname, join, resolve } from "node:path";
import { isObject } from "../../platform/json.ts";
import { requireHome } from "../../platform/paths.ts";
import { serverName, type LaunchDeps } from "./agent.ts";
import { readObject } from "./read-object.ts";

type ClaudeDeps = Pick<LaunchDeps, "env" | "cwd" | "paths">;

/** Where Claude Code keeps the person's settings. */
export function claudeFolder({ env, paths }: ClaudeDeps): string {
  const own = env["CLAUDE_CONFIG_DIR"] ?? "";
  return own === "" ? join(requireHome(paths), ".claude") : own;
}

/**
 * Whether a server of our name is there: for the person, for this project, in the project's own file, or in what the
 * words name (`given`: files or JSON). Ours would take its place, with whatever was set up there.
 */
export async function hasClaudeServer(deps: ClaudeDeps, given: readonly string[]): Promise<boolean> {
  const own = (deps.env["CLAUDE_CONFIG_DIR"] ?? "") === "" ? requireHome(deps.paths) : claudeFolder(deps);
  const [person, ...others] = await Promise.all([
    readObject(join(own, ".claude.json")),
    ...projectFiles(deps.cwd).map((path) => readObject(path)),
    ...given.map((one) => givenServers(deps.cwd, one)),
  ]);
  const projects = isObject(person["projects"]) ? person["projects"] : {};
  return [person, projects[deps.cwd], ...others].some((place) => holdsServer(place));
}

function holdsServer(value: unknown): boolean {
  const servers = isObject(value) ? value["mcpServers"] : undefined;
  return isObject(servers) && Object.hasOwn(servers, serverName);
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
