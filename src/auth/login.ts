// `mortar auth login`: a browser sign-in where one is needed, its tokens in the store, its profile in the file.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { withLock } from "../platform/lock.ts";
import { attributeNames, attributeSpec, isTrue, parseScopes } from "./attributes.ts";
import { defaultProfile, editConfigFile, profileNames, settingsSection, type ConfigEdit } from "./config-file.ts";
import { isAccountHost } from "./host.ts";
import type { KeyChanges } from "./ini-edit.ts";
import { loadConfig } from "./load.ts";
import { loginTarget, type LoginTarget, type LoginWords } from "./login-target.ts";
import { openResolved } from "./open.ts";
import { signInWithBrowser } from "./sign-in.ts";
import { loginName, readLogin, writeLogin, type Login } from "./token-store.ts";
import { discoveryUrlOf, hostMetadata, oidcEndpoints, type HostMetadata } from "./well-known.ts";
import { whoAmI } from "./who-am-i.ts";

export interface LoginRequest extends LoginWords {
  /** Sign in although a sign-in is there and works. */
  readonly force: boolean;
  readonly noBrowser: boolean;
  readonly timeoutMs: number;
  /** As given; the profile's, else `all-apis`, without it. */
  readonly scopes?: string | undefined;
  readonly clientId: string;
  readonly callbackPort?: number | undefined;
  /** A person is there to sign in; unless false. */
  readonly attended?: boolean;
}

export interface LoginResult {
  readonly host: string;
  readonly profile: string;
  readonly user: string | undefined;
  readonly authType: string;
  readonly alreadySignedIn: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number | undefined;
  readonly storage: Login["refreshIn"] | undefined;
}

/**
 * Signs in, unless a working sign-in is there already. The profile gets `host` and `auth_type = databricks-cli`, by
 * which every other tool knows that a person signs in; its other keys stay. Throws as `signInWithBrowser` and
 * `loginTarget` do, `conflict` when the profile belongs to another host, and `not_signed_in` with the command where nobody
 * is there to sign in.
 */
export async function login(deps: Deps, request: LoginRequest): Promise<LoginResult> {
  const target = await loginTarget(deps, request);
  if (target.otherHost !== undefined && !request.force) {
    throw new MortarError("conflict", `Profile ${target.profile} is for ${target.otherHost}, not for ${target.host}`, {
      hint: `Give another name (mortar auth login NAME --host ${target.host}), or --force to point the profile there.`,
    });
  }
  const scopes = parseScopes(request.scopes ?? target.scopes);
  const present = request.force ? undefined : await workingSignIn(deps, target, request, scopes);
  if (present !== undefined) return present;
  if (request.attended === false) throw unattended(target);
  return freshSignIn(deps, target, request, scopes);
}

function unattended({ host, profile }: LoginTarget): MortarError {
  return new MortarError("not_signed_in", `Nobody is signed in to ${host} (profile ${profile})`, {
    hint: `Sign in first: mortar auth login ${profile} --host ${host}`,
  });
}

/** The sign-in that is there, when the workspace takes it. One that is broken or gone counts as none. */
async function workingSignIn(
  deps: Deps,
  target: LoginTarget,
  request: LoginRequest,
  scopes: readonly string[],
): Promise<LoginResult | undefined> {
  if (!target.exists) return undefined;
  const stored = await readLogin(deps, target);
  if (request.scopes !== undefined && stored?.scopes.join() !== scopes.join()) return undefined;
  try {
    const config = await loadConfig(deps, { profile: target.profile });
    // A profile without a host takes the environment's: that sign-in is not for this one.
    if (config.get("host") !== target.host) return undefined;
    const { credentials } = await openResolved(deps, config, { signal: request.signal });
    const { user } = await whoAmI(deps, credentials, { signal: request.signal });
    const token = await credentials.token({ signal: request.signal }).catch(() => undefined);
    return {
      host: target.host,
      profile: target.profile,
      user,
      authType: credentials.authType,
      alreadySignedIn: true,
      expiresAtMs: token?.expiresAtMs,
      storage: stored?.refreshIn,
    };
  } catch (thrown) {
    request.signal.throwIfAborted();
    if (!(thrown instanceof MortarError) || !renewable.has(thrown.code)) throw thrown;
    deps.log.debug(`Not signed in yet: ${thrown.message}`);
    return undefined;
  }
}

/** Failures that a new sign-in mends. A workspace that cannot be reached is not among them. */
const renewable = new Set([
  "not_signed_in",
  "token_rejected",
  "auth_failed",
  "config_missing",
  "config_invalid",
  "unsupported",
]);

async function freshSignIn(
  deps: Deps,
  target: LoginTarget,
  request: LoginRequest,
  scopes: readonly string[],
): Promise<LoginResult> {
  const { host, profile } = target;
  const { signal, clientId } = request;
  const metadata = await hostMetadata(deps, host, signal);
  const accountId = target.accountId ?? metadata?.accountId;
  const published = metadata === undefined ? undefined : discoveryUrlOf(metadata, accountId);
  const discoveryUrl = target.discoveryUrl ?? published;
  const discoveryIsNamed = target.discoveryUrl !== undefined;
  const endpoints = await oidcEndpoints(deps, { host, accountId, discoveryUrl, discoveryIsNamed, signal });
  const offline = !isTrue(deps.env["DATABRICKS_DISABLE_OAUTH_REFRESH_TOKEN"]);
  const callbackPort = request.callbackPort ?? environmentPort(deps);
  const granted = await signInWithBrowser(deps, { ...request, endpoints, scopes, offline, callbackPort });
  const headers = (): Promise<Record<string, string>> =>
    Promise.resolve({ Authorization: `Bearer ${granted.token.accessToken.reveal()}` });
  const me = await whoAmI(deps, { host, headers }, { signal }).catch((thrown: unknown) => {
    signal.throwIfAborted();
    deps.log.warn(
      `Signed in, but the workspace does not say as whom: ${thrown instanceof Error ? thrown.message : ""}`,
    );
    return undefined;
  });
  const kept = await withLock(deps.paths.run, `auth-${loginName(target)}`, { clock: deps.clock, signal }, () =>
    writeLogin(deps, {
      host,
      profile,
      user: me?.user,
      clientId,
      scopes,
      tokenEndpoint: endpoints.token,
      token: granted.token,
      obtainedAtMs: deps.clock.now(),
      refreshToken: granted.refreshToken,
    }),
  );
  await writeProfile(deps, target, { metadata, workspaceId: target.workspaceId ?? me?.workspaceId, scopes, signal });
  return {
    host,
    profile,
    user: me?.user,
    authType: "databricks-cli",
    alreadySignedIn: false,
    expiresAtMs: kept.token.expiresAtMs,
    storage: kept.refreshIn,
  };
}

interface ProfileFacts {
  readonly metadata: HostMetadata | undefined;
  readonly workspaceId: string | undefined;
  readonly scopes: readonly string[];
  readonly signal: AbortSignal;
}

/** What belonged to the host that the profile was for before; a token of it must not go to the new one. */
const otherHostKeys: readonly string[] = [
  ...attributeNames.filter((name) => attributeSpec(name).group !== undefined),
  "cluster_id",
  "warehouse_id",
  "account_id",
  "workspace_id",
  "discovery_url",
];

async function writeProfile(deps: Deps, target: LoginTarget, facts: ProfileFacts): Promise<void> {
  const cleared: KeyChanges =
    target.otherHost === undefined ? {} : Object.fromEntries(otherHostKeys.map((key) => [key, undefined]));
  // A classic workspace needs no account in its profile; the account's own console and a unified host do.
  const shared = facts.metadata?.hostType === "unified" || isAccountHost(target.host);
  const accountId = target.accountId ?? (shared ? facts.metadata?.accountId : undefined);
  const workspaceId = facts.workspaceId ?? facts.metadata?.workspaceId;
  const changes: KeyChanges = {
    ...cleared,
    host: target.host,
    ...(accountId === undefined ? {} : { account_id: accountId }),
    ...(workspaceId === undefined ? {} : { workspace_id: workspaceId }),
    auth_type: "databricks-cli",
    ...(facts.scopes.join() === "all-apis" ? {} : { scopes: facts.scopes.join(",") }),
  };
  await editConfigFile(
    deps,
    (profiles): readonly ConfigEdit[] => {
      const alone = profileNames(profiles).every((name) => name === target.profile);
      const settings =
        alone && target.profile !== "DEFAULT" && defaultProfile(profiles) === undefined
          ? [{ section: settingsSection, changes: { default_profile: target.profile } }]
          : [];
      return [{ section: target.profile, changes }, ...settings];
    },
    facts.signal,
  );
}

function environmentPort({ env }: Deps): number | undefined {
  const port = Number(env["DATABRICKS_OAUTH_CALLBACK_PORT"] ?? "");
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
