// The ports of older proxies: answered as long as some agent's settings still name them.
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent } from "../../platform/files.ts";

export interface OlderPort {
  readonly port: number;
  /** The name of the tool that had it, which its own hooks look for. */
  readonly tool: string;
}

export const defaultPort = 49_153;

const older: readonly OlderPort[] = [
  { port: defaultPort, tool: "databricks-claude" },
  { port: 49_154, tool: "databricks-codex" },
  { port: 49_156, tool: "databricks-opencode" },
];

/** What `/health` says its tool is: the name that older tools ask for on that port, by which they leave it to us. */
export function toolOnPort(port: number): string {
  return older.find((one) => one.port === port)?.tool ?? "databricks-claude";
}

/** Of those ports, the ones that stand in settings of Claude Code, Codex or OpenCode on this machine. */
export async function portsInSettings(deps: Pick<Deps, "paths" | "env">): Promise<readonly number[]> {
  const texts = await Promise.all(settingsFiles(deps).map((path) => readTextIfPresent(path).catch(() => undefined)));
  const all = texts.join("\n");
  return older
    .map(({ port }) => port)
    .filter((port) => new RegExp(`(?:127\\.0\\.0\\.1|localhost|\\[::1\\]):${port}(?!\\d)`).test(all));
}

function settingsFiles({ paths, env }: Pick<Deps, "paths" | "env">): string[] {
  const { home } = paths;
  if (home === undefined) return [];
  const folder = (variable: string, ...usual: string[]): string => {
    const own = env[variable] ?? "";
    return own === "" ? join(home, ...usual) : own;
  };
  const openCode = join(folder("XDG_CONFIG_HOME", ".config"), "opencode");
  return [
    join(folder("CLAUDE_CONFIG_DIR", ".claude"), "settings.json"),
    join(folder("CODEX_HOME", ".codex"), "config.toml"),
    join(openCode, "opencode.json"),
    join(openCode, "opencode.jsonc"),
  ];
}
