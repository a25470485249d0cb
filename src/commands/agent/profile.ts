// Which profile a session is on, and whether one is signed in to it.
import { openCredentials, type Credentials } from "../../auth/credentials.ts";
import { loadConfig, neutralEnvironment } from "../../auth/load.ts";
import { login } from "../../auth/login.ts";
import type { Deps } from "../../platform/deps.ts";
import { isAbort, MortarError, toMortarError } from "../../platform/errors.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";

const section = "proxy";

/**
 * The profile that was given, else the remembered one, else the repository's, else the default one. DATABRICKS_* of the
 * environment does not count: agents leak it into what they start. Throws `config_invalid` for one that is not there.
 */
export async function chooseProfile(deps: Deps, given: string | undefined): Promise<string> {
  const remembered = given === undefined ? await rememberedProfile(deps) : undefined;
  const config = await loadConfig(deps, { profile: given ?? remembered, environment: "ignore" }).catch((thrown) => {
    if (remembered === undefined) throw thrown;
    deps.log.warn(`The remembered profile cannot be used: ${toMortarError(thrown).message}`);
    return loadConfig(deps, { environment: "ignore" });
  });
  const profile = config.profile ?? "DEFAULT";
  const named = deps.env["DATABRICKS_CONFIG_PROFILE"] ?? "";
  if (named !== "" && named !== profile) {
    deps.log.warn(`DATABRICKS_CONFIG_PROFILE names ${named}; it is left aside, and ${profile} is used`);
  }
  return profile;
}

/** Remembers the profile for the next session, whichever agent that is of. A failure is said, and ends nothing. */
export async function rememberProfile(deps: Deps, profile: string): Promise<void> {
  if ((await rememberedProfile(deps)) === profile) return;
  await updateSettings(deps, section, (present) => ({ ...present, profile })).catch((thrown: unknown) => {
    deps.log.warn(`The profile could not be remembered: ${toMortarError(thrown).message}`);
  });
}

/** The profile of the last session that named one. */
export async function rememberedProfile(deps: Deps): Promise<string | undefined> {
  const { profile } = await readSettings(deps, section);
  return typeof profile === "string" && profile !== "" ? profile : undefined;
}

/** Failures that a sign-in mends. */
const mended: readonly string[] = ["not_signed_in", "token_rejected", "auth_failed", "config_missing"];

const loginLimitMs = 600_000;

/**
 * Credentials that have a token. Where a sign-in is missing, it is made on a terminal; elsewhere `not_signed_in` says
 * what to run. A workspace that cannot be reached now is said, and may be there when the agent asks: undefined then.
 */
export async function signedIn(deps: Deps, profile: string, signal: AbortSignal): Promise<Credentials | undefined> {
  try {
    return await withToken(deps, profile, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (isAbort(thrown)) throw thrown;
    const error = toMortarError(thrown);
    if (mended.includes(error.code)) return signInNow(deps, profile, { error, signal });
    if (error.exit !== 6) throw error;
    deps.log.warn(`${error.message}. The agent is started all the same.`);
    return undefined;
  }
}

async function withToken(deps: Deps, profile: string, signal: AbortSignal): Promise<Credentials> {
  const credentials = await openCredentials(deps, { profile, environment: "ignore", signal });
  await credentials.headers({ signal });
  return credentials;
}

async function signInNow(
  deps: Deps,
  profile: string,
  { error, signal }: { readonly error: MortarError; readonly signal: AbortSignal },
): Promise<Credentials> {
  if (!deps.stdin.isTTY || !deps.stderr.isTTY) {
    throw new MortarError(error.code, error.message, {
      hint: `Sign in first: mortar auth login --profile ${profile}`,
      cause: error,
    });
  }
  deps.log.info(`Profile ${profile} is not signed in.`);
  const own = { ...deps, env: neutralEnvironment(deps.env) };
  const scopes = undefined;
  await login(own, {
    profile,
    force: true,
    noBrowser: false,
    timeoutMs: loginLimitMs,
    scopes,
    clientId: "databricks-cli",
    signal,
  });
  return withToken(deps, profile, signal);
}
