// The state files of the programs before this one: read and written with their keys, so that people can switch both ways.
import { join } from "node:path";
import { writeAtomic, readTextIfPresent } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { withLock } from "../../platform/lock.ts";
import { requireHome } from "../../platform/paths.ts";
import type { Deps } from "../../platform/deps.ts";

export type OldAgent = "claude" | "codex" | "opencode";

/** What such a file says. A key that is missing, or of another type than it should be, is undefined. */
export interface OldState {
  readonly profile?: string;
  readonly port?: number;
  readonly databricks_cli_path?: string;
  readonly otel_metrics_table?: string;
  readonly otel_logs_table?: string;
  readonly otel_traces_table?: string;
  /** Codex alone has these two. */
  readonly otel_metrics_disabled?: boolean;
  readonly otel_logs_disabled?: boolean;
  readonly with_websearch?: boolean;
  readonly websearch_backend?: string;
  readonly websearch_fetch_budget?: number;
  readonly models?: { readonly opus?: string; readonly sonnet?: string; readonly haiku?: string };
  /** Codex and OpenCode. */
  readonly model?: string;
  readonly tls_cert?: string;
  readonly tls_key?: string;
}

/** undefined takes a key out. */
export type OldStateChanges = { readonly [Key in keyof OldState]?: OldState[Key] | undefined };

type StateDeps = Pick<Deps, "env" | "paths" | "clock" | "log">;

/** Where the older program for that agent keeps its state. It minds neither CLAUDE_CONFIG_DIR nor CODEX_HOME. */
export function oldStateFile({ env, paths }: Pick<Deps, "env" | "paths">, agent: OldAgent): string {
  const home = requireHome(paths);
  if (agent === "claude") return join(home, ".claude", ".databricks-claude.json");
  if (agent === "codex") return join(home, ".codex", ".databricks-codex.json");
  const xdg = env["XDG_CONFIG_HOME"] ?? "";
  return join(xdg === "" ? join(home, ".config") : xdg, "opencode", ".databricks-opencode.json");
}

/** The state; an empty one where there is no file, or one that cannot be understood (which is said). Throws `io`. */
export async function readOldState(deps: StateDeps, agent: OldAgent): Promise<OldState> {
  const path = oldStateFile(deps, agent);
  const text = await readTextIfPresent(path);
  if (text === undefined || text.trim() === "") return {};
  const value = parsed(text);
  if (value === undefined) deps.log.warn(`${path} cannot be understood and is left aside`);
  return value === undefined ? {} : checked(value);
}

/**
 * Changes some keys; undefined takes one out. All else in the file stays as it is, keys that nobody knows too. A file that
 * cannot be understood is kept beside the new one as `.broken`. Throws `io` and `timeout`.
 */
export async function updateOldState(deps: StateDeps, agent: OldAgent, changes: OldStateChanges): Promise<void> {
  const { setJson } = await import("../../platform/edits/json-text.ts");
  await withLock(deps.paths.run, `older-${agent}`, { clock: deps.clock }, async () => {
    const path = oldStateFile(deps, agent);
    const before = (await readTextIfPresent(path)) ?? "";
    const isUsable = before.trim() === "" || parsed(before) !== undefined;
    if (!isUsable) await writeAtomic(`${path}.broken`, before);
    const start = isUsable && before.trim() !== "" ? before : "{}\n";
    const text = Object.entries(changes).reduce((all, [key, value]) => setJson(all, [key], value), start);
    if (text === before || (text === "{}\n" && before === "")) return;
    await writeAtomic(path, text, { mode: 0o600, forceMode: true });
  });
}

const texts = [
  "profile",
  "databricks_cli_path",
  "otel_metrics_table",
  "otel_logs_table",
  "otel_traces_table",
  "websearch_backend",
  "model",
  "tls_cert",
  "tls_key",
] as const;
const numbers = ["port", "websearch_fetch_budget"] as const;
const switches = ["with_websearch", "otel_metrics_disabled", "otel_logs_disabled"] as const;

function checked(value: Readonly<Record<string, unknown>>): OldState {
  const pick = (keys: readonly string[], isRight: (found: unknown) => boolean): [string, unknown][] =>
    keys.filter((key) => isRight(value[key])).map((key) => [key, value[key]]);
  const { models } = value;
  return Object.fromEntries([
    ...pick(texts, (found) => typeof found === "string" && found !== ""),
    ...pick(numbers, (found) => Number.isSafeInteger(found) && Number(found) > 0),
    ...pick(switches, (found) => typeof found === "boolean"),
    ...(isObject(models) ? [["models", textsOf(models)] as const] : []),
  ]) as OldState;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textsOf(value: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
