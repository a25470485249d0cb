// Which model does what for an agent: the newest that can be asked, unless a person has pinned another.
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";
import type { FoundModel, ModelDialect } from "./discover.ts";
import { claudeFamily, compareVersions, readModelName, type ClaudeFamily } from "./names.ts";

/** Claude Code's four sizes, Codex's model, Gemini's, and one for agents that speak chat completions alone. */
export type Role = ClaudeFamily | "codex" | "gemini" | "chat";

export const roles: readonly Role[] = ["opus", "sonnet", "haiku", "fable", "codex", "gemini", "chat"];

export const dialectOfRole: Readonly<Record<Role, ModelDialect>> = {
  opus: "anthropic",
  sonnet: "anthropic",
  haiku: "anthropic",
  fable: "anthropic",
  codex: "responses",
  gemini: "gemini",
  chat: "chat",
};

export interface RoleChoice {
  readonly role: Role;
  /** undefined where the workspace has none for it. */
  readonly model: string | undefined;
  readonly pinned: boolean;
}

export type Pins = Readonly<Partial<Record<Role, string>>>;

type SettingsDeps = Pick<Deps, "paths" | "clock" | "log">;

const section = "models";

/** What a person has pinned for a profile. */
export async function readPins(deps: SettingsDeps, profile: string): Promise<Pins> {
  return pinsIn(await readSettings(deps, section), profile);
}

function pinsIn(settings: Readonly<Record<string, unknown>>, profile: string): Pins {
  const own = settings[profile];
  if (!isObject(own)) return {};
  return Object.fromEntries(roles.flatMap((role) => (typeof own[role] === "string" ? [[role, own[role]]] : [])));
}

/** Pins a model, or takes the pin off with undefined. Throws `io` and `timeout`. */
export async function pinModel(
  deps: SettingsDeps,
  profile: string,
  { role, model }: { readonly role: Role; readonly model: string | undefined },
): Promise<Pins> {
  let pins: Pins = {};
  await updateSettings(deps, section, (present) => {
    const { [role]: _before, ...others } = pinsIn(present, profile);
    pins = model === undefined ? others : { ...others, [role]: model };
    return { ...present, [profile]: pins };
  });
  return pins;
}

/** One choice a role. A pin holds though the workspace does not list it: that is for `models validate` to say. */
export function chooseRoles(models: readonly FoundModel[], pins: Pins): readonly RoleChoice[] {
  return roles.map((role) => {
    const pin = pins[role];
    return { role, model: pin ?? newestFor(models, role)?.id, pinned: pin !== undefined };
  });
}

function newestFor(models: readonly FoundModel[], role: Role): FoundModel | undefined {
  const dialect = dialectOfRole[role];
  const fitting = models.filter(
    ({ id, state, dialects }) => state === "ready" && dialects.includes(dialect) && fits(role, id),
  );
  return fitting.toSorted((one, other) => rank(role, one, other))[0];
}

function fits(role: Role, id: string): boolean {
  const { family, bare } = readModelName(id);
  switch (role) {
    case "codex":
      return family.startsWith("gpt") && !/oss|mini|nano/.test(bare);
    case "gemini":
      return family.startsWith("gemini");
    case "chat":
      return !/^(?:claude|gemini|gpt(?!-oss))/.test(bare);
    default:
      return claudeFamily(id) === role;
  }
}

/**
 * The newer version; of one version the kind made for the role; then the workspace's own service before one that
 * somebody made, whose owner may change what is behind it.
 */
function rank(role: Role, one: FoundModel, other: FoundModel): number {
  const [left, right] = [readModelName(one.id), readModelName(other.id)];
  return (
    compareVersions(left.version, right.version) ||
    preference(role, other.id) - preference(role, one.id) ||
    Number(isOwn(other.id)) - Number(isOwn(one.id)) ||
    one.id.localeCompare(other.id)
  );
}

function preference(role: Role, id: string): number {
  if (role === "codex") return /codex/.test(id) ? 1 : 0;
  return role === "gemini" && /pro/.test(id) ? 1 : 0;
}

function isOwn(id: string): boolean {
  return id.startsWith("system.ai.") || id.startsWith("databricks-");
}
