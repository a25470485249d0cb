// What the last setup was told, so that the next one has it as its defaults.
import type { ManagedAgentId, Mode, Scope } from "../agents/ready/types.ts";
import { isServerName } from "../agents/mcp-install.ts";
import { mcpClientNames } from "../agents/mcp-client-names.ts";
import type { Deps } from "../platform/deps.ts";
import { isObject } from "../platform/json.ts";
import { readSettings, updateSettings } from "../platform/settings.ts";
import { modelKeys, type Answers, type Modes } from "./answers.ts";

type SettingsDeps = Pick<Deps, "paths" | "clock" | "log">;

const section = "setup";

/** An empty object where there was none. What cannot be understood counts as not said. */
export async function readSetup(deps: SettingsDeps): Promise<Answers> {
  const { host, profile, agents, mode, modes, scope, models, ttlMs, skills, server, serverName } = await readSettings(
    deps,
    section,
  );
  const names = Array.isArray(agents) ? mcpClientNames.filter((name) => agents.includes(name)) : [];
  const known = modeIn(mode);
  const each = modesIn(modes);
  return {
    ...(typeof host === "string" && URL.canParse(host) ? { host } : {}),
    ...(typeof profile === "string" && profile !== "" ? { profile } : {}),
    ...(names.length === 0 ? {} : { agents: names }),
    ...(known === undefined ? {} : { mode: known }),
    ...(Object.keys(each).length === 0 ? {} : { modes: each }),
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
    ...(typeof serverName === "string" && isServerName(serverName) ? { serverName } : {}),
  };
}

function modeIn(value: unknown): Mode | undefined {
  return (["proxy", "helper", "wrapper"] as const).find((one) => one === value);
}

function modesIn(value: unknown): Modes {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    mcpClientNames.flatMap((name) => {
      const mode = modeIn(value[name]);
      return mode === undefined ? [] : [[name, mode]];
    }),
  );
}

function scopeIn(value: unknown): { readonly scope?: Scope } {
  if (!isObject(value)) return {};
  if (value["kind"] === "home") return { scope: { kind: "home" } };
  return typeof value["folder"] === "string" ? { scope: { kind: "project", folder: value["folder"] } } : {};
}

/** Agents are added up as long as it is in the same place. Throws `io`, `timeout`. */
export async function rememberSetup(deps: SettingsDeps, answers: Answers): Promise<void> {
  await updateSettings(deps, section, (present) => {
    const isSamePlace = Bun.deepEquals(scopeIn(present["scope"]).scope, answers.scope);
    const before: readonly unknown[] = isSamePlace && Array.isArray(present["agents"]) ? present["agents"] : [];
    const agents = mcpClientNames.filter((name) => before.includes(name) || answers.agents?.includes(name) === true);
    return { ...answers, agents, modes: { ...(isSamePlace ? modesIn(present["modes"]) : {}), ...answers.modes } };
  });
}

/** Takes agents out of what is remembered. Throws `io`, `timeout`. */
export async function forgetAgents(deps: SettingsDeps, gone: readonly ManagedAgentId[]): Promise<void> {
  await updateSettings(deps, section, (present) => {
    const { agents } = present;
    if (!Array.isArray(agents)) return undefined;
    const isGone = (name: unknown): boolean => gone.some((one) => one === name);
    const modes = Object.fromEntries(Object.entries(modesIn(present["modes"])).filter(([name]) => !isGone(name)));
    return { ...present, agents: agents.filter((name: unknown) => !isGone(name)), modes };
  });
}
