// Opening credentials: resolve the configuration, ask the host what it is, then the first way of signing in that works.
import type { Deps } from "../platform/deps.ts";
import { isAbort, MortarError, toMortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import { parseConfigFile, profileNames, readConfigFile } from "./config-file.ts";
import type { AccessToken, Credentials, CredentialsOptions, TokenOptions } from "./credentials.ts";
import { isAccountHost, isOwnHost, requireSecure } from "./host.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { refusedStrategies, strategies, type StrategyEntry } from "./strategies.ts";
import type { Opened, StrategyContext } from "./strategy.ts";
import { discoveryUrlOf, hostMetadata, oidcEndpoints, type HostMetadata } from "./well-known.ts";

const nothingWorks =
  "default auth: cannot configure default credentials, please check " +
  "https://docs.databricks.com/en/dev-tools/auth.html#databricks-client-unified-authentication " +
  "to configure credentials for your preferred authentication method";

export interface OpenedCredentials {
  readonly credentials: Credentials;
  /** The configuration with what the host says of itself filled in. */
  readonly config: ResolvedConfig;
}

/**
 * Opens credentials over a resolved configuration. Throws as the strategies do, `not_signed_in` when none applies,
 * `config_invalid` for a host to which a token would travel in plain text.
 */
export async function openResolved(
  deps: Deps,
  resolved: ResolvedConfig,
  options: Pick<CredentialsOptions, "signal"> = {},
): Promise<OpenedCredentials> {
  const { signal } = options;
  const named = resolved.get("host");
  if (named !== undefined) requireSecure(named);
  const config = await withMetadata(deps, resolved, signal);
  const authType = config.get("auth_type");
  const found =
    authType === undefined ? await firstOf(deps, config, signal) : await chosenOne(deps, config, { authType, signal });
  return { credentials: credentialsOf(config, found), config };
}

interface Found {
  readonly name: string;
  readonly opened: Opened;
}

async function chosenOne(
  deps: Deps,
  config: ResolvedConfig,
  { authType, signal }: { authType: string; signal: AbortSignal | undefined },
): Promise<Found> {
  const entry = strategies.find(({ name }) => name === authType);
  if (entry === undefined) throw unknownStrategy(authType, config);
  const { open } = await entry.load();
  const opened = await open(contextOf(deps, config, true, signal));
  if (opened === undefined) throw await cannotConfigure(deps, config, []);
  return { name: entry.name, opened };
}

/** Tries one after the other, as the Go tools do: a failure is remembered, and the next one gets its turn. */
async function firstOf(deps: Deps, config: ResolvedConfig, signal: AbortSignal | undefined): Promise<Found> {
  const failures: string[] = [];
  for (const entry of strategies.filter(({ byNameOnly }) => byNameOnly !== true)) {
    const opened = await attempt(entry, contextOf(deps, config, false, signal), failures);
    if (opened !== undefined) return { name: entry.name, opened };
  }
  throw await cannotConfigure(deps, config, failures);
}

async function attempt(
  entry: StrategyEntry,
  context: StrategyContext,
  failures: string[],
): Promise<Opened | undefined> {
  try {
    return await (await entry.load()).open(context);
  } catch (thrown) {
    context.signal?.throwIfAborted();
    if (isAbort(thrown)) throw thrown;
    const { message } = toMortarError(thrown);
    const words = message.startsWith(`${entry.name}:`) ? message : `${entry.name}: ${message}`;
    context.deps.log.debug(words);
    failures.push(words);
    return undefined;
  }
}

function contextOf(
  deps: Deps,
  config: ResolvedConfig,
  chosen: boolean,
  signal: AbortSignal | undefined,
): StrategyContext {
  return { deps, config, chosen, signal, endpoints: () => endpointsOf(deps, config) };
}

async function endpointsOf(deps: Deps, config: ResolvedConfig): ReturnType<typeof oidcEndpoints> {
  const host = config.get("host");
  if (host === undefined) throw new MortarError("config_missing", `The host is missing${config.suffix()}`);
  const metadata = config.get("discovery_url") === undefined ? await hostMetadata(deps, host) : undefined;
  const full =
    metadata === undefined ? config : config.with(backFill(config, metadata), { kind: "metadata", name: host });
  return oidcEndpoints(deps, {
    host,
    accountId: full.get("account_id"),
    discoveryUrl: full.get("discovery_url"),
    discoveryIsNamed: config.get("discovery_url") !== undefined && config.source("discovery_url")?.kind !== "metadata",
  });
}

/** The host is asked when the workspace's id is not known: on a unified host no request works without it. */
async function withMetadata(
  deps: Deps,
  config: ResolvedConfig,
  signal: AbortSignal | undefined,
): Promise<ResolvedConfig> {
  const host = config.get("host");
  const known = config.get("workspace_id") !== undefined || config.accountLevel;
  if (host === undefined || known || isAccountHost(host)) return config;
  const metadata = await hostMetadata(deps, host, signal);
  return metadata === undefined ? config : config.with(backFill(config, metadata), { kind: "metadata", name: host });
}

/**
 * A host that anybody may run cannot call itself Azure or choose an audience: that would bring it the tokens of az, of
 * Google, or a CI job's JWT for a service that it wants to enter.
 */
function backFill(config: ResolvedConfig, metadata: HostMetadata): Record<string, string> {
  const believed = isOwnHost(config.get("host") ?? "");
  const values = {
    account_id: metadata.accountId,
    workspace_id: metadata.workspaceId,
    cloud: believed ? metadata.cloud : undefined,
    audience: believed ? metadata.audience : undefined,
    discovery_url: discoveryUrlOf(metadata, config.get("account_id")),
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function credentialsOf(config: ResolvedConfig, { name, opened }: Found): Credentials {
  const host = opened.host ?? config.get("host");
  if (host === undefined) {
    throw new MortarError("config_missing", `The host is missing${config.suffix()}`, {
      hint: "Set DATABRICKS_HOST, or name a profile that has a host with --profile.",
    });
  }
  const workspaceId = config.get("workspace_id");
  return {
    host,
    authType: name,
    profile: config.profile,
    workspaceId,
    headers: async (options?: TokenOptions) => ({
      ...(await opened.headers(options)),
      ...(workspaceId === undefined ? {} : { "X-Databricks-Workspace-Id": workspaceId }),
    }),
    token: (options?: TokenOptions): Promise<AccessToken> => {
      if (opened.token !== undefined) return opened.token(options);
      return Promise.reject(
        new MortarError("unsupported", `There is no access token when signing in with ${name}`, {
          hint: "Sign in with `mortar auth login`, or with a personal access token.",
        }),
      );
    },
  };
}

function unknownStrategy(name: string, config: ResolvedConfig): MortarError {
  const reason = Object.hasOwn(refusedStrategies, name) ? refusedStrategies[name] : undefined;
  if (reason !== undefined) {
    return new MortarError("unsupported", `auth_type ${name} is not supported here: ${reason}${config.suffix()}`, {
      hint: "Choose another way of signing in, or remove auth_type.",
    });
  }
  const names = strategies.map((entry) => entry.name);
  const suggestion = nearest(name, names);
  return new MortarError("config_invalid", `auth_type ${JSON.stringify(name)} is not known${config.suffix()}`, {
    hint: suggestion === undefined ? `It is one of ${names.join(", ")}.` : `Did you mean ${suggestion}?`,
  });
}

async function cannotConfigure(deps: Deps, config: ResolvedConfig, failures: readonly string[]): Promise<MortarError> {
  const host = config.get("host");
  const tried = failures.length === 0 ? "" : `Tried: ${failures.join("; ").replace(/\.$/, "")}. `;
  const lonely =
    host === undefined && config.secret("token") !== undefined
      ? "There is a token, but no host for it: set DATABRICKS_HOST, or host in the profile. "
      : "";
  const names = host === undefined ? await namesOfProfiles(deps) : [];
  const choice = names.length === 0 ? "" : `Name one of your profiles with --profile (${names.join(", ")}), or `;
  const login = `un \`mortar auth login --host ${host ?? "https://..."}\`.`;
  return new MortarError("not_signed_in", `${nothingWorks}${config.suffix()}`, {
    hint: `${lonely}${tried}${choice}${choice === "" ? "R" : "r"}${login}`,
  });
}

const profilesShown = 8;

/** For a hint alone: a file that cannot be read or understood has none. */
async function namesOfProfiles(deps: Deps): Promise<readonly string[]> {
  try {
    return profileNames(parseConfigFile(await readConfigFile(deps))).slice(0, profilesShown);
  } catch {
    return [];
  }
}
