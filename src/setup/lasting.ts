// What the last setup was told, so that the next one has it as its defaults.
import type { ManagedAgentId, Mode, Scope } from "../agents/ready/types.ts";
import { mcpClientNames } from "../agents/mcp-client-names.ts";
import type { Deps } from "../platform/deps.ts";
import { isObject } from "../platform/json.ts";
import { readSettings, updateSettings } from "../platform/settings.ts";
import { modelKeys, type Answers } from "./answers.ts";

type SettingsDeps = Pick<Deps, "paths" | "clock" | "log">;

const section = "setup";

/** An empty object where there was none. What cannot be understood counts as not said. */
export async function readSetup(deps: SettingsDeps): Promise<Answers> {
  const { host, profile, agents, mode, scope, models, ttlMs, skills, server } = await readSettings(deps, section);
  const names = Array.isArray(agents) ? mcpClientNames.filter((name) => agents.includes(name)) : [];
  const known = (["proxy", "helper", "wrapper"] as const).find((one) => one === mode);
  return {
    ...(typeof host === "string" && URL.canParse(host) ? { host } : {}),
    ...(typeof profile === "string" && profile !== "" ? { profile } : {}),
    ...(names.length === 0 ? {} : { agents: names }),
    ...(known === undefined ? {} : { mode: known satisfies Mode }),
    ...scopeIn(scope),
    ...(isObject(models)
      ? {
          models: Object.fromEntries(
            modelKeys.flatMap((key) => (typeof models[key] === "string" ? [[key, models[key]]] : [])),
          ),
        }
      : {}),
    ...(typeof ttlMs === "number" && ttlMs > 0 && ttlMs <= 3_600_000 ? { ttlMs } : {}),
    ...(typeof skills === "boolean" ? { skills } : {}),
    ...(typeof server === "boolean" ? { server } : {}),
  };
}

function scopeIn(value: unknown): { readonly scope?: Scope } {
  if (!isObject(value)) return {};
  if (value["kind"] === "home") return { scope: { kind: "home" } };
  return typeof value["folder"] === "string" ? { scope: { kind: "project", folder: value["folder"] } } : {};
}

/** Throws `io`, `timeout`. */
export async function rememberSetup(deps: SettingsDeps, answers: Answers): Promise<void> {
  await updateSettings(deps, section, (present) => {
    const before: readonly unknown[] = Array.isArray(present["agents"]) ? present["agents"] : [];
    const agents = mcpClientNames.filter((name) => before.includes(name) || answers.agents?.includes(name) === true);
    return { ...answers, agents };
  });
}

/** Takes agents out of what is remembered. Throws `io`, `timeout`. */
export async function forgetAgents(deps: SettingsDeps, gone: readonly ManagedAgentId[]): Promise<void> {
  await updateSettings(deps, section, (present) => {
    const { agents } = present;
    if (!Array.isArray(agents)) return undefined;
    return { ...present, agents: agents.filter((name: unknown) => !gone.some((one) => one === name)) };
  });
}
