// What the programs before this one have set up on this machine: their profile, workspace and models, as defaults.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { claudeSettingsFile } from "../agents/hooks/claude.ts";
import { readObject } from "../agents/launch/read-object.ts";
import { oldStateFile, readOldState, type OldAgent } from "../agents/older/state.ts";
import type { ForeignSetting } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { isObject } from "../platform/json.ts";
import { existsSync } from "node:fs";
import { workspaceHost } from "./host.ts";
import type { Answers } from "./answers.ts";

export interface Older {
  readonly found: readonly { readonly what: string; readonly file: string }[];
  readonly answers: Answers;
}

type OlderDeps = Pick<Deps, "env" | "os" | "paths" | "clock" | "log">;

const oldAgents: readonly OldAgent[] = ["claude", "codex", "opencode"];

/** Reads only. What cannot be understood says nothing. */
export async function findOlder(deps: OlderDeps): Promise<Older> {
  const script = await fromScript(deps);
  const states = await Promise.all(
    oldAgents.filter((agent) => existsSync(oldStateFile(deps, agent))).map((agent) => fromState(deps, agent)),
  );
  const all = [...(script === undefined ? [] : [script]), ...states];
  return { found: all.map(({ what, file }) => ({ what, file })), answers: all[0]?.answers ?? {} };
}

interface OlderProgram {
  readonly what: string;
  readonly file: string;
  readonly answers: Answers;
}

async function fromState(deps: OlderDeps, agent: OldAgent): Promise<OlderProgram> {
  const { profile } = await readOldState(deps, agent);
  const file = oldStateFile(deps, agent);
  return {
    what: `databricks-${agent}${profile === undefined ? "" : ` on the profile ${profile}`} (${file})`,
    file,
    answers: { profile },
  };
}

/** The FMAPI setup script: a helper named by the settings says profile and host. */
async function fromScript(deps: OlderDeps): Promise<OlderProgram | undefined> {
  const file = claudeSettingsFile(deps);
  const settings = await readObject(file).catch(() => ({}) as Record<string, unknown>);
  const helper = settings["apiKeyHelper"];
  if (typeof helper !== "string" || !isScriptHelper(helper)) return undefined;
  const text = await readFile(helper, "utf8").catch(() => "");
  const profile = variable(text, "PROFILE");
  const host = variable(text, "HOST");
  const env = isObject(settings["env"]) ? settings["env"] : {};
  const ttl = Number(env["CLAUDE_CODE_API_KEY_HELPER_TTL_MS"]);
  return {
    what: `the FMAPI setup of Claude Code${profile === undefined ? "" : ` on the profile ${profile}`} (${helper})`,
    file: helper,
    answers: {
      profile,
      host: host === undefined ? undefined : usable(host),
      mode: "helper",
      ...(Number.isInteger(ttl) && ttl > 0 && ttl <= 3_600_000 ? { ttlMs: ttl } : {}),
    },
  };
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
  return what === "provider" && path.at(-1) === "databricks-proxy";
}
