// Which profile and host a sign-in is for.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { bundleProfile } from "./bundle-profile.ts";
import {
  defaultProfile,
  parseConfigFile,
  profileNames,
  readConfigFile,
  settingsSection,
  type ConfigFile,
  type Profiles,
} from "./config-file.ts";
import { normaliseHost, requireSecure } from "./host.ts";
import { profilesOfHost } from "./profiles-of-host.ts";
import { leavesProfileOpen } from "./resolve.ts";

export interface LoginWords {
  /** The argument: a profile's name, or a host. */
  readonly word?: string | undefined;
  readonly profile?: string | undefined;
  readonly host?: string | undefined;
  readonly accountId?: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly signal: AbortSignal;
}

export interface LoginTarget {
  readonly profile: string;
  readonly host: string;
  readonly accountId: string | undefined;
  readonly workspaceId: string | undefined;
  /** Given in the profile, or in the environment where no profile is meant: it may be of another host. */
  readonly discoveryUrl: string | undefined;
  /** Whether the profile is in the file already. */
  readonly exists: boolean;
  /** The host that the profile has now, where it is another one. */
  readonly otherHost: string | undefined;
  readonly scopes: string | undefined;
}

/**
 * Works out the target from what was given, the file and the environment; asks for the host on a terminal when nothing
 * names it. Throws `usage`, `config_invalid`, and `config_missing` when there is no host and nobody to ask.
 */
export async function loginTarget(deps: Deps, words: LoginWords): Promise<LoginTarget> {
  const file = await readConfigFile(deps);
  const profiles = parseConfigFile(file);
  const { profile: named, host: spoken } = namesOf(words, profiles);
  if (named === settingsSection) {
    throw new MortarError("usage", `${settingsSection} is not the name of a profile`, { hint: "Choose another name." });
  }
  const byHost = named === undefined && spoken !== undefined ? profilesOfHost(file, normaliseHost(spoken).host) : [];
  if (byHost.length > 1) {
    throw new MortarError("config_invalid", `Several profiles are for ${spoken}: ${byHost.join(", ")}`, {
      hint: `Say which: mortar auth login ${byHost[0]}.`,
    });
  }
  const fallback = named === undefined && spoken === undefined ? await currentProfile(deps, file, profiles) : undefined;
  const known = named ?? byHost[0] ?? fallback;
  const keys = known === undefined ? undefined : profiles.get(known);
  const own = present(keys?.get("host"));
  const normal = normaliseHost(spoken ?? own ?? environmentHost(deps, known) ?? (await askForHost(deps, words.signal)));
  requireSecure(normal.host);
  const other = own === undefined ? undefined : normaliseHost(own).host;
  const moved = other !== undefined && other !== normal.host;
  return {
    profile: known ?? nameFor(normal.host, profiles),
    host: normal.host,
    accountId: words.accountId ?? normal.accountId ?? (moved ? undefined : present(keys?.get("account_id"))),
    workspaceId: words.workspaceId ?? normal.workspaceId ?? (moved ? undefined : present(keys?.get("workspace_id"))),
    discoveryUrl: moved ? undefined : (present(keys?.get("discovery_url")) ?? environmentDiscovery(deps, named)),
    exists: keys !== undefined && keys.size > 0,
    otherHost: moved ? other : undefined,
    scopes: present(keys?.get("scopes")),
  };
}

function namesOf(words: LoginWords, profiles: Profiles): { profile: string | undefined; host: string | undefined } {
  const { word, profile, host } = words;
  if (word === undefined) return { profile, host };
  const isHost =
    !profiles.has(word) &&
    (/^https?:\/\//i.test(word) || /\.(databricks\.(com|us|azure\.(us|cn))|azuredatabricks\.net)(\/|$)/i.test(word));
  const rival = isHost ? host : profile;
  if (rival !== undefined && rival !== word) {
    throw new MortarError("usage", `${word} and ${isHost ? "--host" : "--profile"} ${rival} contradict each other`, {
      hint: "Give one of the two.",
    });
  }
  return isHost ? { profile, host: word } : { profile: word, host };
}

/** The profile that a command without one would use, when it has a host to sign in to. */
async function currentProfile(deps: Deps, configFile: ConfigFile, profiles: Profiles): Promise<string | undefined> {
  const { env } = deps;
  const named = present(env["DATABRICKS_CONFIG_PROFILE"]);
  if (named !== undefined) return named;
  if (present(env["DATABRICKS_HOST"]) !== undefined) return undefined;
  const bundle = leavesProfileOpen({ env, configFile }) ? await bundleProfile(deps, configFile) : undefined;
  const name = bundle?.profile ?? defaultProfile(profiles) ?? "DEFAULT";
  return present(profiles.get(name)?.get("host")) === undefined ? undefined : name;
}

function environmentHost({ env }: Deps, profile: string | undefined): string | undefined {
  return profile === undefined ? present(env["DATABRICKS_HOST"]) : undefined;
}

function environmentDiscovery({ env }: Deps, profile: string | undefined): string | undefined {
  return profile === undefined ? present(env["DATABRICKS_DISCOVERY_URL"]) : undefined;
}

async function askForHost(deps: Deps, signal: AbortSignal): Promise<string> {
  if (deps.stdin.isTTY && deps.stderr.isTTY) {
    deps.stderr.write("Host of the workspace (https://...): ");
    const line = (await deps.stdin.readLine(signal))?.trim() ?? "";
    if (line !== "") return line;
  }
  throw new MortarError("config_missing", "No host to sign in to", {
    hint: "Give it: mortar auth login --host https://NAME, as it stands in the browser's address line.",
  });
}

/** A new profile is called by the first part of its host's name; DEFAULT for this machine, when that is free. */
function nameFor(host: string, profiles: Profiles): string {
  const { hostname, port } = new URL(host);
  const isName = /[a-z]/i.test(hostname) && hostname !== "localhost" && !hostname.startsWith("[");
  const wanted = isName ? (hostname.split(".")[0] ?? hostname) : `local${port === "" ? "" : `-${port}`}`;
  const taken = new Set(profileNames(profiles));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}

function present(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
