// The MCP servers in the agents' own files, as far as they name programs: read, and never written.
import { join } from "node:path";
import { mcpClientTitles, type McpClientName } from "./mcp-client-names.ts";
import { antigravityFile, codeFolder, windsurfFiles } from "./server-files.ts";
import type { Deps } from "../platform/deps.ts";
import { parseJsonObject } from "../platform/edits/json-text.ts";
import { parseToml } from "../platform/edits/toml-text.ts";
import { readTextIfPresent } from "../platform/files.ts";
import { isObject } from "../platform/json.ts";

export interface ServerPlace {
  readonly agent: McpClientName;
  readonly title: string;
  readonly file: string;
  readonly format: "json" | "toml";
  /** Where the servers are in it. */
  readonly path: string;
}

export interface FoundServer extends ServerPlace {
  readonly name: string;
  /** The program; undefined for a server that is reached by an address. */
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly url: string | undefined;
  /** The profile of the workspace that its entry names, for those that take one by a variable. */
  readonly profile: string | undefined;
}

/** The files in which agents keep servers for the person. */
export function serverPlaces({ env, os, paths }: Pick<Deps, "env" | "os" | "paths">): readonly ServerPlace[] {
  const { home } = paths;
  if (home === undefined) return [];
  const own = (variable: string, ...usual: string[]): string => {
    const named = env[variable] ?? "";
    return named === "" ? join(home, ...usual) : named;
  };
  const place = (agent: McpClientName, file: string, path: string, format: "json" | "toml" = "json"): ServerPlace => ({
    agent,
    title: mcpClientTitles[agent],
    file,
    format,
    path,
  });
  const claudeHome = (env["CLAUDE_CONFIG_DIR"] ?? "") === "" ? home : own("CLAUDE_CONFIG_DIR");
  const openCode = join(own("XDG_CONFIG_HOME", ".config"), "opencode");
  return [
    place("claude", join(claudeHome, ".claude.json"), "mcpServers"),
    place("codex", join(own("CODEX_HOME", ".codex"), "config.toml"), "mcp_servers", "toml"),
    place("gemini", join(own("GEMINI_CLI_HOME"), ".gemini", "settings.json"), "mcpServers"),
    place("opencode", join(openCode, "opencode.json"), "mcp"),
    place("opencode", join(openCode, "opencode.jsonc"), "mcp"),
    place("copilot", join(own("COPILOT_HOME", ".copilot"), "mcp-config.json"), "mcpServers"),
    place("cursor", join(home, ".cursor", "mcp.json"), "mcpServers"),
    place("vscode", join(codeFolder({ env, os, paths }), "mcp.json"), "servers"),
    ...windsurfFiles({ env, os, paths }).map((file) => place("windsurf", file, "mcpServers")),
    place("kiro", join(home, ".kiro", "settings", "mcp.json"), "mcpServers"),
    place("antigravity", antigravityFile({ paths }), "mcpServers"),
  ];
}

/** All servers. A file that is not there, or cannot be understood, has none: another check says so. */
export async function readServers(
  deps: Pick<Deps, "env" | "os" | "paths">,
  read: (file: string) => Promise<string | undefined> = readTextIfPresent,
): Promise<readonly FoundServer[]> {
  const found = await Promise.all(
    serverPlaces(deps).map(async (place) => {
      const text = await read(place.file).catch(() => undefined);
      const root = text === undefined ? undefined : parsed(text, place.format);
      const servers = root?.[place.path];
      if (!isObject(servers)) return [];
      return Object.entries(servers).flatMap(([name, entry]) =>
        isObject(entry) ? [serverOf(place, name, entry)] : [],
      );
    }),
  );
  return found.flat();
}

function parsed(text: string, format: "json" | "toml"): Record<string, unknown> | undefined {
  return format === "json" ? parseJsonObject(text) : parseToml(text);
}

function serverOf(place: ServerPlace, name: string, entry: Record<string, unknown>): FoundServer {
  const words = [entry["command"], entry["args"]].flat().filter((word) => typeof word === "string");
  const [command, ...args] = words;
  const url = [entry["url"], entry["httpUrl"], entry["serverUrl"]].find((one) => typeof one === "string");
  const variables = [entry["env"], entry["environment"]].find((one) => isObject(one));
  const named = isObject(variables) ? variables["DATABRICKS_CONFIG_PROFILE"] : undefined;
  const profile = typeof named === "string" && named !== "" ? named : undefined;
  return { ...place, name, command, args, url, profile };
}
