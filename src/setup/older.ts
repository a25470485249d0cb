// What the programs before this one have set up on this machine: their profile, workspace and models, as defaults.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { claudeSettingsFile } from "../agents/hooks/claude.ts";
import { codexFolder } from "../agents/hooks/codex.ts";
import { readObject } from "../agents/launch/read-object.ts";
import { isOlderServerWord, olderServers } from "../agents/older/dev-kit.ts";
import { oldStateFile, readOldState, type OldAgent } from "../agents/older/state.ts";
import { olderPlaceholder } from "../agents/ready/foreign.ts";
import type { ForeignSetting } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { readTextIfPresent } from "../platform/files.ts";
import { isObject } from "../platform/json.ts";
import { managedText, readFleetSettings } from "../platform/managed/managed.ts";
import { existsSync } from "node:fs";
import { workspaceHost } from "./host.ts";
import { merged, modelKeys, type Answers } from "./answers.ts";

export interface Older {
  readonly found: readonly { readonly what: string; readonly file: string }[];
  readonly answers: Answers;
  /** What a program had chosen by itself: a person may keep it, and nobody gets it unasked. */
  readonly offered: NonNullable<Answers["models"]>;
  /** Where its proxy was, so that whatever names that place goes on. */
  readonly port: number | undefined;
}

type OlderDeps = Pick<Deps, "env" | "os" | "paths" | "clock" | "log" | "cwd" | "run">;

const oldAgents: readonly OldAgent[] = ["claude", "codex", "opencode"];

/** Reads only. What cannot be understood says nothing. */
export async function findOlder(deps: OlderDeps): Promise<Older> {
  const scripts = await Promise.all(
    [claudeSettingsFile(deps), join(deps.cwd, ".claude", "settings.json")].map((file) => fromScript(file)),
  );
  const states = await Promise.all(
    oldAgents.filter((agent) => existsSync(oldStateFile(deps, agent))).map((agent) => fromState(deps, agent)),
  );
  const all = [
    ...scripts.flat(),
    ...(await fromCodexScript(deps)),
    ...states,
    ...(await fromKit(deps)),
    ...(await fromFleet(deps)),
  ];
  const found = new Map(all.map(({ what, file }) => [file, { what, file }]));
  return {
    found: [...found.values()],
    answers: merged(all.map(({ answers }) => answers)),
    offered: all.find(({ offered }) => offered !== undefined)?.offered ?? {},
    port: all.find(({ port }) => port !== undefined)?.port,
  };
}

interface OlderProgram {
  readonly what: string;
  readonly file: string;
  readonly answers: Answers;
  readonly offered?: Older["offered"] | undefined;
  readonly port?: number | undefined;
}

/** Claude Code's models were looked up by that program; the one of Codex or OpenCode was named by the person. */
async function fromState(deps: OlderDeps, agent: OldAgent): Promise<OlderProgram> {
  const { profile, port, model, models } = await readOldState(deps, agent);
  const offered = Object.entries(models ?? {}).map(([role, id]) => [role, withoutContext(id)]);
  const file = oldStateFile(deps, agent);
  return {
    what: `databricks-${agent}${onProfile(profile)} (${file})`,
    file,
    answers: { profile, ...(model === undefined ? {} : { models: { model: withoutContext(model) } }) },
    offered: offered.length === 0 ? undefined : Object.fromEntries(offered),
    port: port !== undefined && port <= 65_535 ? port : undefined,
  };
}

function withoutContext(model: string): string {
  return model.replace(/\[1m\]$/, "");
}

/** ai-dev-kit: the entry of its server names the profile. */
async function fromKit(deps: OlderDeps): Promise<readonly OlderProgram[]> {
  return (await olderServers(deps)).map(({ title, file, profile }) => ({
    what: `the server of ai-dev-kit in ${title}${onProfile(profile)} (${file})`,
    file,
    answers: { profile },
  }));
}

/** What an administrator has rolled out for databricks-claude, or for this program. */
async function fromFleet(deps: OlderDeps): Promise<readonly OlderProgram[]> {
  return (await readFleetSettings(deps)).map((one) => {
    const [profile, host] = ["databricksProfile", "databricksHost"].map((key) => managedText([one], key));
    const answers = { profile, host: host === undefined ? undefined : usable(host) };
    return { what: `settings of an administrator${onProfile(profile)} (${one.source})`, file: one.source, answers };
  });
}

function onProfile(profile: string | undefined): string {
  return profile === undefined ? "" : ` on the profile ${profile}`;
}

/** The Python successor of the FMAPI script for Codex: its helper says profile and host. */
async function fromCodexScript(deps: OlderDeps): Promise<readonly OlderProgram[]> {
  const helper = join(codexFolder(deps), "fmapi-key-helper.sh");
  const text = await readTextIfPresent(helper).catch(() => undefined);
  if (text === undefined) return [];
  const { profile, host } = saidBy(text);
  return [
    { what: `the FMAPI setup of Codex${onProfile(profile)} (${helper})`, file: helper, answers: { profile, host } },
  ];
}

/** The FMAPI setup script: a helper named by the settings says profile and host. */
async function fromScript(file: string): Promise<readonly OlderProgram[]> {
  const settings = await readObject(file).catch(() => ({}) as Record<string, unknown>);
  const helper = settings["apiKeyHelper"];
  if (typeof helper !== "string" || !isScriptHelper(helper)) return [];
  const { profile, host } = saidBy(await readFile(helper, "utf8").catch(() => ""));
  const env = isObject(settings["env"]) ? settings["env"] : {};
  const ttl = Number(env["CLAUDE_CODE_API_KEY_HELPER_TTL_MS"]);
  const answers: Answers = {
    profile,
    host,
    mode: "helper",
    ...(Number.isInteger(ttl) && ttl > 0 && ttl <= 3_600_000 ? { ttlMs: ttl } : {}),
    ...modelsIn(env),
  };
  return [{ what: `the FMAPI setup of Claude Code${onProfile(profile)} (${helper})`, file: helper, answers }];
}

/** What the script wrote where nobody had said anything: those were nobody's wish. */
const usualModels = new Set([
  "databricks-claude-opus-4-6",
  "databricks-claude-sonnet-4-6",
  "databricks-claude-haiku-4-5",
]);

const modelNames = {
  model: "ANTHROPIC_MODEL",
  opus: "ANTHROPIC_DEFAULT_OPUS_MODEL",
  sonnet: "ANTHROPIC_DEFAULT_SONNET_MODEL",
  haiku: "ANTHROPIC_DEFAULT_HAIKU_MODEL",
} as const;

function modelsIn(env: Readonly<Record<string, unknown>>): Pick<Answers, "models"> {
  const chosen = modelKeys.flatMap((key): [string, string][] => {
    const value = env[modelNames[key]];
    const model = typeof value === "string" ? withoutContext(value) : "";
    return model === "" || usualModels.has(model) ? [] : [[key, model]];
  });
  return chosen.length === 0 ? {} : { models: Object.fromEntries(chosen) };
}

function saidBy(helper: string): Pick<Answers, "profile" | "host"> {
  const host = variable(helper, "HOST");
  return { profile: variable(helper, "PROFILE"), host: host === undefined ? undefined : usable(host) };
}

function variable(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*(?:FMAPI_)?${name}=["']?([^"'\\n]+)["']?\\s*$`, "m").exec(text)?.[1];
}

function usable(host: string): string | undefined {
  try {
    return workspaceHost(host);
  } catch {
    return undefined;
  }
}

function isScriptHelper(helper: string): boolean {
  return (
    /^fmapi-(?:key|auth)[\w-]*(?:helper)?[\w-]*\.(?:sh|py)$/.test(basename(helper)) ||
    helper.includes("fmapi-key-helper")
  );
}

/** Whether a setting is one that an older program has written: it gives way, and comes back with `mortar uninstall`. */
export function isOlderSetting({ what, value, path }: ForeignSetting): boolean {
  if (what === "helper") return isScriptHelper(value) || /\bdatabricks-(?:claude|codex|opencode)\b/.test(value);
  if (what === "base URL") return /^https?:\/\/127\.0\.0\.1:(?:49153|49154|49156)(?:\/|$)/.test(value);
  if (what === "key") return value === olderPlaceholder;
  if (what === "server") return isOlderServerWord(value);
  return what === "provider" && path.at(-1) === "databricks-proxy";
}
