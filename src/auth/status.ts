// What is known of a sign-in: who, where, how, until when, and where each value comes from.
import type { Deps } from "../platform/deps.ts";
import { errorBody, toMortarError, type ErrorBody } from "../platform/errors.ts";
import type { AttributeName } from "./attributes.ts";
import { defaultProfile, parseConfigFile, profileNames, readConfigFile } from "./config-file.ts";
import type { CredentialsOptions } from "./credentials.ts";
import { cloudOf, normaliseHost } from "./host.ts";
import { loadConfig } from "./load.ts";
import { openResolved } from "./open.ts";
import type { AttributeSource, ResolvedConfig } from "./resolve.ts";
import { findLogin } from "./stored-login.ts";
import { whoAmI } from "./who-am-i.ts";

export interface ConfigValue {
  readonly name: AttributeName;
  /** Secrets as `***`. */
  readonly value: string;
  readonly source: AttributeSource;
}

export interface AuthStatus {
  readonly signedIn: boolean;
  readonly host: string | undefined;
  readonly profile: string | undefined;
  readonly authType: string | undefined;
  readonly user: string | undefined;
  readonly workspaceId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number | undefined;
  /** Where Mortar's own sign-in keeps its refresh token; undefined for any other way of signing in. */
  readonly storage: "keyring" | "file" | "none" | undefined;
  readonly values: readonly ConfigValue[];
  readonly error: ErrorBody | undefined;
  /** The exit code that the error asks for; 0 when signed in. */
  readonly exit: number;
}

/** Resolves, signs in and asks the workspace. A sign-in that fails is part of the answer. Throws for a broken file. */
export async function authStatus(deps: Deps, options: CredentialsOptions): Promise<AuthStatus> {
  const config = await loadConfig(deps, options);
  const login = await findLogin(deps, config);
  const { signal } = options;
  try {
    const { credentials, config: full } = await openResolved(deps, config, { signal });
    const me = await whoAmI(deps, credentials, { signal });
    const token = await credentials.token({ signal }).catch(() => undefined);
    return {
      ...facts(full),
      signedIn: true,
      host: credentials.host,
      authType: credentials.authType,
      user: me.user,
      workspaceId: credentials.workspaceId ?? me.workspaceId,
      expiresAtMs: token?.expiresAtMs,
      storage: login !== undefined && isLoginType(credentials.authType) ? login.refreshIn : undefined,
      error: undefined,
      exit: 0,
    };
  } catch (thrown) {
    signal?.throwIfAborted();
    const error = toMortarError(thrown);
    return { ...facts(config), signedIn: false, storage: login?.refreshIn, error: errorBody(error), exit: error.exit };
  }
}

function isLoginType(authType: string): boolean {
  return authType === "databricks-cli" || authType === "external-browser";
}

function facts(config: ResolvedConfig): Omit<AuthStatus, "signedIn" | "storage" | "error" | "exit"> {
  return {
    host: config.get("host"),
    profile: config.profile,
    authType: config.get("auth_type"),
    user: undefined,
    workspaceId: config.get("workspace_id"),
    expiresAtMs: undefined,
    values: config.shown(),
  };
}

export interface ProfileStatus {
  readonly name: string;
  readonly host: string | undefined;
  readonly accountId: string | undefined;
  readonly workspaceId: string | undefined;
  readonly cloud: string;
  readonly authType: string | undefined;
  /** undefined when it was not asked. */
  readonly valid: boolean | undefined;
  /** Why it is not valid. */
  readonly reason: string | undefined;
  readonly isDefault: boolean;
}

const checkLimitMs = 5_000;

/** All profiles of the file; with `validate`, each one's sign-in is tried, in parallel and five seconds at most. */
export async function listProfiles(
  deps: Deps,
  options: { validate: boolean; signal: AbortSignal },
): Promise<readonly ProfileStatus[]> {
  const file = await readConfigFile(deps);
  const profiles = parseConfigFile(file);
  const names = profileNames(profiles);
  const chosen = defaultProfile(profiles) ?? (names.includes("DEFAULT") ? "DEFAULT" : undefined);
  return Promise.all(
    names.map(async (name): Promise<ProfileStatus> => {
      const keys = profiles.get(name) ?? new Map<string, string>();
      const host = hostOrText(keys.get("host"));
      const base = {
        name,
        host,
        accountId: keys.get("account_id"),
        workspaceId: keys.get("workspace_id"),
        cloud: keys.get("cloud") ?? cloudOf(host),
        authType: keys.get("auth_type"),
        isDefault: name === chosen,
      };
      if (!options.validate) return { ...base, valid: undefined, reason: undefined };
      return { ...base, ...(await validated(deps, name, options.signal)) };
    }),
  );
}

async function validated(
  deps: Deps,
  profile: string,
  signal: AbortSignal,
): Promise<Pick<ProfileStatus, "valid" | "reason"> & { authType?: string }> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(checkLimitMs)]);
  let opened: { authType?: string } = {};
  try {
    const config = await loadConfig(deps, { profile, environment: "ignore" });
    const { credentials } = await openResolved(deps, config, { signal: limit });
    opened = { authType: credentials.authType };
    await whoAmI(deps, credentials, { signal: limit });
    return { ...opened, valid: true, reason: undefined };
  } catch (thrown) {
    signal.throwIfAborted();
    const reason = limit.aborted ? "no answer in time" : toMortarError(thrown).message;
    return { ...opened, valid: false, reason };
  }
}

function hostOrText(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  try {
    return normaliseHost(value).host;
  } catch {
    return value;
  }
}
