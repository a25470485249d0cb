// What has to be known for a setup, from wherever it is known: flags, a team's file, the setup before, an older program.
import { parse, relative, resolve } from "node:path";
import type { ManagedAgentId, Mode, Scope } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { expandTilde } from "../platform/paths.ts";

export const modelKeys = ["model", "opus", "sonnet", "haiku"] as const;
type ModelKey = (typeof modelKeys)[number];

export type Modes = Readonly<Partial<Record<ManagedAgentId, Mode>>>;

export interface Answers {
  readonly host?: string | undefined;
  readonly profile?: string | undefined;
  readonly agents?: readonly ManagedAgentId[] | undefined;
  readonly mode?: Mode | undefined;
  /** What each agent has, where nobody says anything else. */
  readonly modes?: Modes | undefined;
  readonly scope?: Scope | undefined;
  /** `model` is for everything that has no role of its own. */
  readonly models?: Readonly<Partial<Record<ModelKey, string>>> | undefined;
  readonly ttlMs?: number | undefined;
  readonly skills?: boolean | undefined;
  readonly server?: boolean | undefined;
  /** What the MCP server is called in the agents. */
  readonly serverName?: string | undefined;
}

/**
 * One set of answers from several, the first that knows counts. Host and profile belong together: a later source gives
 * them only where no earlier one has said anything of either, or where it is of the same host.
 */
export function merged(sources: readonly Answers[]): Answers {
  return sources.reduce((known, next) => {
    const isOpen = known.host === undefined && known.profile === undefined;
    const isSame = known.profile === undefined && known.host !== undefined && known.host === next.host;
    return {
      host: isOpen ? next.host : known.host,
      profile: isOpen || isSame ? next.profile : known.profile,
      agents: known.agents ?? next.agents,
      mode: known.mode ?? next.mode,
      modes: known.modes ?? next.modes,
      scope: known.scope ?? next.scope,
      models: known.models === undefined ? next.models : { ...next.models, ...known.models },
      ttlMs: known.ttlMs ?? next.ttlMs,
      skills: known.skills ?? next.skills,
      server: known.server ?? next.server,
      serverName: known.serverName ?? next.serverName,
    };
  }, {});
}

/** What the person has said, filled up with what a team has written down: host and profile each by itself. */
export function filledUp(own: Answers, team: Answers): Answers {
  const { host = team.host, profile = team.profile } = own;
  return { ...merged([own, team]), host, profile };
}

const mostMinutes = 60;

/** Minutes as milliseconds. Throws `usage`. */
export function checkedTtl(minutes: number, label = "--ttl"): number {
  if (Number.isInteger(minutes) && minutes > 0 && minutes <= mostMinutes) return minutes * 60_000;
  throw new MortarError("usage", `${label} takes a whole number of minutes from 1 to ${mostMinutes}`, {
    hint: "A token of the workspace lasts one hour, so no agent may keep one for longer.",
  });
}

/** The name of a profile that is to be made. Those that are there may be called anything. Throws `usage`. */
export function checkedProfile(name: string, label = "--profile"): string {
  if (/^[\w.@][\w.@-]*$/.test(name)) return name;
  throw new MortarError(
    "usage",
    `${label} takes letters, digits, _ and -, and not ${JSON.stringify(name.slice(0, 80))}`,
    {
      hint: "`mortar auth profiles` shows those that are there.",
    },
  );
}

/** `home`, `project` (or `cwd`), or a folder. Throws `usage` for a folder of the system. */
export function scopeOf(text: string, { cwd, paths }: Pick<Deps, "cwd" | "paths">, label = "--scope"): Scope {
  if (text === "home") return { kind: "home" };
  const folder = text === "project" || text === "cwd" ? resolve(cwd) : resolve(cwd, expandTilde(text, paths));
  if (folder === paths.home) return { kind: "home" };
  const { root } = parse(folder);
  const isSystem =
    /^(?:\/(?:etc|usr|bin|sbin|lib|boot|dev|proc|sys|System|Library|private\/etc)|[A-Za-z]:\\Windows)(?:[\\/]|$)/.test(
      folder,
    );
  if (text.trim() !== "" && relative(root, folder) !== "" && !isSystem) return { kind: "project", folder };
  throw new MortarError(
    "usage",
    `${label}: ${text.trim() === "" ? "a folder is missing" : `${folder} belongs to the system`}`,
    {
      hint: "Give home, project, or the folder of a project.",
    },
  );
}
