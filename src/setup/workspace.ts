// Which workspace and profile a setup is for, and the sign-in to it.
import { openCredentials, type Credentials } from "../auth/credentials.ts";
import { parseConfigFile, profileNames, readConfigFile } from "../auth/config-file.ts";
import { neutralEnvironment } from "../auth/load.ts";
import { login } from "../auth/login.ts";
import { loginTarget } from "../auth/login-target.ts";
import { whoAmI } from "../auth/who-am-i.ts";
import { isHost } from "../auth/profiles-of-host.ts";
import type { Deps } from "../platform/deps.ts";
import { isAbort, MortarError, toMortarError } from "../platform/errors.ts";
import { checkedProfile, type Answers } from "./answers.ts";
import { workspaceHost } from "./host.ts";

export interface ChosenWorkspace {
  readonly host: string;
  readonly profile: string;
  /** Whether the profile is there already. */
  readonly exists: boolean;
  /** Asked for with the host: `?o=` of a copied address. */
  readonly address: string;
}

/**
 * Host and profile from the answers, else the current profile. Throws `usage` where nothing names a workspace or the
 * profile belongs to another one, `config_invalid` for what is no workspace, and as `loginTarget`.
 */
export async function chooseWorkspace(
  deps: Deps,
  { host, profile }: Pick<Answers, "host" | "profile">,
  signal: AbortSignal,
): Promise<ChosenWorkspace> {
  const address = host;
  if (host !== undefined) workspaceHost(host);
  const target = await loginTarget(unasked(deps), { host, profile, signal }).catch((thrown: unknown) => {
    if (toMortarError(thrown).code !== "config_missing" || host !== undefined) throw thrown;
    const which = profile === undefined ? "" : `: the profile ${profile} has no host`;
    throw new MortarError("usage", `Nothing says which workspace${which}`, {
      hint: "Give --host https://NAME, as it stands in the browser's address line.",
    });
  });
  if (target.otherHost !== undefined) {
    throw new MortarError("usage", `The profile ${target.profile} is for ${target.otherHost}, not for ${target.host}`, {
      hint: "Give another name with --profile: the present one is not changed.",
    });
  }
  const checked = workspaceHost(target.host);
  if (!target.exists) checkedProfile(target.profile);
  return { host: checked, profile: target.profile, exists: target.exists, address: address ?? checked };
}

/** The profiles of ~/.databrickscfg that are for a workspace, with its host. */
export async function workspaceProfiles(
  deps: Deps,
): Promise<readonly { readonly name: string; readonly host: string }[]> {
  const profiles = parseConfigFile(await readConfigFile(deps));
  return profileNames(profiles).flatMap((name) => {
    const host = profiles.get(name)?.get("host");
    return host !== undefined && isUsable(host) ? [{ name, host: workspaceHost(host) }] : [];
  });
}

function isUsable(host: string): boolean {
  try {
    return isHost(host, workspaceHost(host));
  } catch {
    return false;
  }
}

/** Nothing of the environment names another workspace, and nobody is asked for one. */
function unasked(deps: Deps): Deps {
  return { ...deps, env: neutralEnvironment(deps.env), stdin: { ...deps.stdin, isTTY: false } };
}

export interface SignedIn {
  readonly credentials: Credentials;
  readonly user: string | undefined;
  /** Whether it was made just now. */
  readonly fresh: boolean;
}

const loginLimitMs = 600_000;

/** Failures that a sign-in mends. */
const mended: readonly string[] = ["not_signed_in", "token_rejected", "auth_failed", "config_missing"];

/**
 * Uses the sign-in that is there, else signs in with the browser where a person is there to do so. Throws `not_signed_in`
 * with the command where there is none, and what signing in throws.
 */
export async function signInTo(
  deps: Deps,
  chosen: ChosenWorkspace,
  { mayAsk, signal }: { readonly mayAsk: boolean; readonly signal: AbortSignal },
): Promise<SignedIn> {
  const { profile, host, address, exists } = chosen;
  const own = { ...deps, env: neutralEnvironment(deps.env) };
  const missing = new MortarError("not_signed_in", `Nobody is signed in to ${host} (profile ${profile})`);
  const present = exists ? await presentSignIn(own, profile, signal) : missing;
  if (!(present instanceof MortarError)) return present;
  if (!mayAsk || !deps.stdin.isTTY || !deps.stderr.isTTY) {
    throw new MortarError(present.code, present.message, {
      hint: `Sign in first: mortar auth login ${profile} --host ${host}`,
      cause: present,
    });
  }
  deps.log.info(`Signing in to ${host}.`);
  const request = { force: true, noBrowser: false, timeoutMs: loginLimitMs, clientId: "databricks-cli" } as const;
  await login(own, { ...request, profile, host: address, signal });
  const signedIn = await presentSignIn(own, profile, signal);
  if (signedIn instanceof MortarError) throw signedIn;
  return { ...signedIn, fresh: true };
}

async function presentSignIn(deps: Deps, profile: string, signal: AbortSignal): Promise<SignedIn | MortarError> {
  try {
    const credentials = await openCredentials(deps, { profile, environment: "ignore", signal });
    const { user } = await whoAmI(deps, credentials, { signal });
    return { credentials, user, fresh: false };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toMortarError(thrown);
    if (isAbort(thrown) || !mended.includes(error.code)) throw thrown;
    return error;
  }
}
