// Telemetry and web search as an older program had them: taken over where nothing was said to this one yet.
import { join } from "node:path";
import { readObject } from "../agents/launch/read-object.ts";
import { readOldState, type OldAgent } from "../agents/older/state.ts";
import type { Deps } from "../platform/deps.ts";
import { isObject } from "../platform/json.ts";
import { requireHome } from "../platform/paths.ts";
import { readSettings, updateSettings } from "../platform/settings.ts";
import { rememberPort } from "../proxy/lifecycle/port.ts";
import { isTableName, signals, updateOtel, type Signal } from "../proxy/otel/signals.ts";

export interface OlderTable {
  readonly signal: Signal;
  readonly table: string;
  readonly enabled: boolean;
  /** It stood in Claude Code's settings alone. */
  readonly isNew: boolean;
}

type OlderDeps = Pick<Deps, "env" | "paths" | "clock" | "log">;

/** The tables of those signals of which nothing was said to this program yet. */
export async function olderTables(deps: OlderDeps, agent: OldAgent): Promise<readonly OlderTable[]> {
  const section = await readSettings(deps, "otel");
  const open = signals.filter((signal) => !isObject(section[signal]));
  if (open.length === 0 || agent === "opencode") return [];
  const state = await readOldState(deps, agent);
  const env = agent === "claude" ? await settingsEnvironment(deps) : {};
  // It was switched off, and only its next start would have switched it on again by itself.
  const wasOff = env["ANTHROPIC_AUTH_TOKEN"] === "proxy-managed" && env["CLAUDE_CODE_ENABLE_TELEMETRY"] === undefined;
  return open.flatMap((signal) => {
    const inState = state[`otel_${signal}_table`];
    const inSettings = env[`CLAUDE_OTEL_UC_${signal.toUpperCase()}_TABLE`];
    const table = [inState, inSettings].find((one) => typeof one === "string" && isTableName(one));
    if (typeof table !== "string") return [];
    const isMarkedOff = signal !== "traces" && state[`otel_${signal}_disabled`] === true;
    return [{ signal, table, enabled: !wasOff && !isMarkedOff, isNew: inState === undefined }];
  });
}

async function settingsEnvironment({ paths }: OlderDeps): Promise<Readonly<Record<string, unknown>>> {
  const { env } = await readObject(join(requireHome(paths), ".claude", "settings.json"));
  return isObject(env) ? env : {};
}

/** The spellings of before, and the back ends of today. */
const backends: Readonly<Record<string, string>> = {
  "": "duckduckgo",
  duckduckgo: "duckduckgo",
  ddg: "duckduckgo",
  none: "none",
  off: "none",
  disabled: "none",
  workspace: "workspace",
  brave: "brave",
  searxng: "searxng",
};

export const usualFetchBytes = 102_400;

/** The back end by whatever name it had; undefined for one that there is not. */
export function webBackend(name: string): string | undefined {
  return backends[name.toLowerCase()];
}

export interface OlderSettings {
  /** What would be taken over, for people. */
  readonly words: readonly string[];
  /** Throws `io`, `timeout`. */
  adopt(): Promise<void>;
}

/**
 * What there is to take over from the state of databricks-claude, else of databricks-codex. `port` is where the older proxy
 * was, unless this one has been somewhere already. Reads only.
 */
export async function olderSettings(deps: OlderDeps, port?: number): Promise<OlderSettings> {
  if (deps.paths.home === undefined) return { words: [], adopt: () => Promise.resolve() };
  const found = [...(await olderTables(deps, "codex")), ...(await olderTables(deps, "claude"))];
  const tables = [...new Map(found.map((one) => [one.signal, one])).values()];
  const state = await readOldState(deps, "claude");
  const isUnsaid = !("enabled" in (await readSettings(deps, "websearch")));
  const backend = state.with_websearch === true && isUnsaid ? webBackend(state.websearch_backend ?? "") : undefined;
  const adopt = async (): Promise<void> => {
    const changes = tables.map(({ signal, table, enabled }) => [signal, { table, enabled }]);
    if (tables.length > 0) await updateOtel(deps, Object.fromEntries(changes));
    if (port !== undefined) await rememberPort(deps, port);
    if (backend === undefined) return;
    const fetchBudgetBytes = state.websearch_fetch_budget ?? usualFetchBytes;
    await updateSettings(deps, "websearch", (present) => ({ ...present, enabled: true, backend, fetchBudgetBytes }));
  };
  const words = tables.map(({ signal, table, enabled }) => `${signal} ${enabled ? "go" : "(off)"} to ${table}`);
  if (port !== undefined) words.push(`the proxy on port ${port}`);
  return { words: [...words, ...(backend === undefined ? [] : [`web search by ${backend}`])], adopt };
}
