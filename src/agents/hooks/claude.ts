// Claude Code: hooks at the start and the end of each session, and the proxy's address in its settings' environment.
import { join } from "node:path";
import { parseJsonObject, setJson } from "../../platform/edits/json-text.ts";
import type { Change } from "../../platform/edits/changes.ts";
import { isObject } from "../../platform/json.ts";
import { otherProviders } from "../launch/claude.ts";
import { claudeFolder } from "../launch/claude-servers.ts";
import { withoutProxy } from "../launch/environment.ts";
import { readObject } from "../launch/read-object.ts";
import { hookCommand } from "./command-line.ts";
import { withoutOlderHooks, withoutOwnHooks } from "./older-hooks.ts";
import { ownKey } from "./own-key.ts";
import type { HookAgent, HookDeps, HookPlan, HookTarget } from "./plan.ts";

export const claudeHooks: HookAgent = {
  name: "claude",
  title: "Claude Code",
  plan: (deps, target) => claudeHookPlan(deps, target),
  clean: (deps) => {
    const file = claudeSettingsFile(deps);
    const edit = { file, format: "json", changes: [], clean: withoutOlder, orphans: withoutOrphans } as const;
    return Promise.resolve({ edits: [edit], leftovers: [] });
  },
};

/** Every way in which a session can begin; without one of them it would find no proxy. */
const sources = "startup|resume|clear|compact";

// Starting the proxy takes a fraction of a second; a machine under load may need more.
const startSeconds = 15;
const endSeconds = 5;

/** The plugin of the older program: it calls options that no program has any more. */
const olderPlugin = /^databricks-claude@/;

/** The same with hooks. Reads only. */
export async function claudeHookPlan(
  deps: HookDeps,
  target: HookTarget,
  settings: ClaudeSettings = {},
): Promise<HookPlan> {
  const edit = await claudeSettings(deps, target, settings);
  return {
    edits: [{ ...edit, changes: [...edit.changes, ...entries(deps, target)] }],
    files: [],
    leftovers: [],
    notes: [],
  };
}

export interface ClaudeSettings {
  /** More variables for its environment. */
  readonly more?: Readonly<Record<string, string>>;
  /** The person's own settings unless given. */
  readonly file?: string;
}

/** The edit that leads Claude Code to the proxy, without hooks: for one that is kept up by somebody else. */
export async function claudeSettings(
  deps: HookDeps,
  target: HookTarget,
  { more = {}, file = claudeSettingsFile(deps) }: ClaudeSettings = {},
): Promise<HookPlan["edits"][number]> {
  const settings = await readObject(file);
  const env = isObject(settings["env"]) ? settings["env"] : {};
  const values: Readonly<Record<string, string>> = {
    ANTHROPIC_BASE_URL: target.anthropic,
    ANTHROPIC_AUTH_TOKEN: target.key.reveal(),
    // Sends what a gateway takes: without it come betas that are for Anthropic's own servers.
    CLAUDE_CODE_USE_GATEWAY: "1",
    ...withoutProxy({ ...deps.env, ...textsOf(env) }),
    ...(target.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: target.caFile }),
    ...target.telemetry,
    ...more,
  };
  const plugins = isObject(settings["enabledPlugins"]) ? settings["enabledPlugins"] : {};
  const older = Object.keys(plugins).filter((name) => olderPlugin.test(name));
  // Named whether they are there or not: a second install finds the file without them, and must not give them back.
  const changes: readonly Change[] = [
    ...Object.entries(values).map(([name, value]): Change => ({ kind: "set", path: ["env", name], value })),
    ...otherProviders.map((name): Change => ({ kind: "set", path: ["env", name] })),
    { kind: "set", path: ["apiKeyHelper"] },
    ...older.map((name): Change => ({ kind: "set", path: ["enabledPlugins", name], value: false })),
  ];
  return { file, format: "json", changes, clean: withoutOlder, orphans: withoutOrphans, secret: true };
}

function entries({ os }: HookDeps, target: HookTarget): Change[] {
  const entry = (event: "session-start" | "session-end", timeout: number, matcher?: string) => ({
    ...(matcher === undefined ? {} : { matcher }),
    hooks: [{ type: "command", command: hookCommand(os, target, { event, agent: "claude" }), timeout }],
  });
  const start = entry("session-start", startSeconds, sources);
  const end = entry("session-end", endSeconds);
  return [
    { kind: "append", path: ["hooks", "SessionStart"], value: start, inner: "hooks" },
    { kind: "append", path: ["hooks", "SessionEnd"], value: end, inner: "hooks" },
  ];
}

const placeholder = /^proxy-managed$/;

/** What the older program wrote: by its placeholder it is known to be the owner. */
export function withoutOlder(text: string): string {
  return withoutVariables(withoutOlderHooks(text), placeholder);
}

/** What we wrote ourselves: by the key, which no other program makes. */
export function withoutOrphans(text: string): string {
  return withoutVariables(withoutOwnHooks(text), ownKey, ownValues);
}

function withoutVariables(next: string, owner: RegExp, more: Values = []): string {
  const env = parseJsonObject(next)?.["env"];
  if (!isObject(env) || !owner.test(String(env["ANTHROPIC_AUTH_TOKEN"]))) return next;
  const gone = Object.entries(env).filter(([name, value]) =>
    [...olderValues, ...more].some(([names, values]) => names.test(name) && values.test(String(value))),
  );
  const without = gone.reduce((all, [name]) => setJson(all, ["env", name], undefined), next);
  const left = parseJsonObject(without)?.["env"];
  return isObject(left) && Object.keys(left).length === 0 ? setJson(without, ["env"], undefined) : without;
}

type Values = readonly (readonly [RegExp, RegExp])[];

/** What setup writes beside it. */
const ownValues: Values = [
  [/^ANTHROPIC_(?:MODEL|DEFAULT_(?:OPUS|SONNET|HAIKU|FABLE)_MODEL(?:_NAME)?)$/, /./],
  [/^ENABLE_TOOL_SEARCH$/, /^true$/],
  [/^ENABLE_PROMPT_CACHING_1H$/, /^1$/],
  [/^(?:NO_PROXY|no_proxy)$/, /^127\.0\.0\.1,localhost,::1$/],
];

const olderValues: Values = [
  [/^ANTHROPIC_AUTH_TOKEN$/, /^(?:proxy-managed|mortar-.*)$/],
  [/^CLAUDE_CODE_USE_GATEWAY$/, /^1$/],
  [/^ANTHROPIC_BASE_URL$/, /^https?:\/\/(?:127\.0\.0\.1|localhost)(?::|\/|$)/],
  [/^ANTHROPIC_(?:MODEL|DEFAULT_(?:OPUS|SONNET|HAIKU)_MODEL)$/, /^(?:databricks-claude-|[\w-]+\.[\w-]+\.claude-)/],
  [/^ANTHROPIC_CUSTOM_HEADERS$/, /^x-databricks-use-coding-agent-mode: true$/],
  [/^CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS$/, /^1$/],
  [/^CLAUDE_CODE_(?:ENABLE_TELEMETRY|ENHANCED_TELEMETRY_BETA)$/, /^1$/],
  [/^CLAUDE_OTEL_UC_\w+_TABLE$/, /./],
  [/^OTEL_EXPORTER_OTLP_\w+_ENDPOINT$/, /^https?:\/\/127\.0\.0\.1:\d+\/(?:p\/[^/]+\/)?otel\//],
  [/^OTEL_EXPORTER_OTLP_\w+_HEADERS$/, /^content-type=application\/x-protobuf(?:,authorization=Bearer%20mortar-.*)?$/],
  [/^OTEL_EXPORTER_OTLP_\w+_PROTOCOL$/, /^http\/protobuf$/],
  [/^OTEL_(?:METRICS|LOGS|TRACES)_EXPORTER$/, /^otlp$/],
  [/^OTEL_(?:METRIC|LOGS|TRACES)_EXPORT_INTERVAL$/, /^(?:10000|5000)$/],
];

/** Where Claude Code keeps the person's settings. */
export function claudeSettingsFile(deps: HookDeps): string {
  return join(claudeFolder({ ...deps, cwd: "" }), "settings.json");
}

function textsOf(env: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}
