// What several checks ask for: each is asked once, when the first of them needs it.
import { openCredentials, type Credentials } from "../auth/credentials.ts";
import { parseConfigFile, profileNames, readConfigFile, type ConfigFile, type Profiles } from "../auth/config-file.ts";
import { loadConfig } from "../auth/load.ts";
import type { ResolvedConfig } from "../auth/resolve.ts";
import { authStatus, type AuthStatus } from "../auth/status.ts";
import { managedAgents } from "../agents/ready/catalog.ts";
import type { ManagedAgent, Presence } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { endingWith } from "./children.ts";
import { openModels, type OpenedModels } from "../proxy/models/open.ts";
import { chooseRoles, readPins, type RoleChoice } from "../proxy/models/roles.ts";

export interface FoundAgent {
  readonly agent: ManagedAgent;
  readonly presence: Presence;
}

export interface KnownModels extends OpenedModels {
  readonly choices: readonly RoleChoice[];
}

export interface Facts {
  /** The profile that agents are started on. */
  readonly profile: string;
  configFile(): Promise<ConfigFile>;
  /** Throws `config_invalid` for a file in disorder. */
  profiles(): Promise<Profiles>;
  /** Throws as `loadConfig`. */
  config(): Promise<ResolvedConfig>;
  /** The workspace's address; undefined where the profile names none that can be used. */
  host(): Promise<URL | undefined>;
  status(): Promise<AuthStatus>;
  /** Throws what signing in throws. */
  credentials(): Promise<Credentials>;
  /** Throws what the lists throw. */
  models(): Promise<KnownModels>;
  agents(): Promise<readonly FoundAgent[]>;
}

interface Asking {
  readonly profile: string;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** The facts of one run. They are asked of the profile, and DATABRICKS_* of the environment is left aside. */
export function createFacts(outer: Deps, { profile, version, signal }: Asking): Facts {
  const deps = { ...outer, run: endingWith(outer.run, signal) };
  const named = { profile, environment: "ignore", bundle: "ignore", signal } as const;
  const configFile = once(() => readConfigFile(deps));
  const config = once(() => loadConfig(deps, named));
  const credentials = once(() => openCredentials(deps, named));
  return {
    profile,
    configFile,
    profiles: once(async () => parseConfigFile(await configFile())),
    config,
    host: once(async () => {
      const text = await config().then(
        (known) => known.get("host"),
        () => undefined,
      );
      return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
    }),
    status: once(() => authStatus(deps, named)),
    credentials,
    models: once(async () => {
      const opened = await openModels(deps, {
        credentials: await credentials(),
        profile,
        version,
        signal,
        fresh: true,
      });
      return { ...opened, choices: chooseRoles(opened.discovery.models, await readPins(deps, profile)) };
    }),
    agents: once(() =>
      Promise.all(managedAgents.map(async (agent) => ({ agent, presence: await agent.detect(deps) }))),
    ),
  };
}

/** The names of the file's profiles. */
export function namesOf(profiles: Profiles): readonly string[] {
  return profileNames(profiles);
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= work());
}
