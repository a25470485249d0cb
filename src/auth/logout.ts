// `mortar auth logout`: Mortar's own sign-in is forgotten; the profile stays unless it is to go too.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { withLock } from "../platform/lock.ts";
import { dropCliToken } from "./cli-token-cache.ts";
import { defaultProfile, editConfigFile, settingsSection, type ConfigEdit } from "./config-file.ts";
import { loadConfig } from "./load.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { findLogin } from "./stored-login.ts";
import { loginName, removeLogin, type Login } from "./token-store.ts";

export interface LogoutPlan {
  readonly host: string | undefined;
  readonly profile: string | undefined;
  /** Mortar's own sign-in, where there is one. */
  readonly login: Login | undefined;
  /** What else signs this profile in, and stays: a token in the file, the Databricks CLI. */
  readonly remaining: string | undefined;
  readonly deleteProfile: boolean;
  readonly config: ResolvedConfig;
}

export interface LogoutRequest {
  readonly profile?: string | undefined;
  readonly host?: string | undefined;
  readonly deleteProfile: boolean;
}

/** What a logout would do. Changes nothing. Throws as `loadConfig` does. */
export async function planLogout(deps: Deps, request: LogoutRequest): Promise<LogoutPlan> {
  const config = await loadConfig(deps, { profile: request.profile, host: request.host });
  const host = config.get("host");
  const { profile } = config;
  if (request.deleteProfile && profile === undefined) {
    throw new MortarError("usage", "No profile to delete", { hint: "Name it: mortar auth logout PROFILE --delete." });
  }
  const login = await findLogin(deps, config);
  return {
    host,
    profile,
    login,
    remaining: remainingSignIn(config, login),
    deleteProfile: request.deleteProfile,
    config,
  };
}

function remainingSignIn(config: ResolvedConfig, login: Login | undefined): string | undefined {
  const own = config.shown().find(({ name }) => name === "token" || name === "client_secret" || name === "password");
  if (own !== undefined) return `${own.name} from ${own.source.name === "" ? "the command line" : own.source.name}`;
  const byCli = config.get("auth_type") === "databricks-cli" && login === undefined;
  return byCli ? "the Databricks CLI's own sign-in (databricks auth logout)" : undefined;
}

/** Does what the plan says. Returns whether there was a sign-in to forget. Throws `io`. */
export async function carryOutLogout(deps: Deps, plan: LogoutPlan, signal: AbortSignal): Promise<boolean> {
  const { login, profile } = plan;
  const removed =
    login === undefined
      ? false
      : await withLock(deps.paths.run, `auth-${loginName(login)}`, { clock: deps.clock, signal }, () =>
          removeLogin(deps, login),
        );
  await dropCliToken(deps, plan.config);
  if (plan.deleteProfile && profile !== undefined) {
    await editConfigFile(
      deps,
      (profiles): readonly ConfigEdit[] => [
        { section: profile },
        ...(defaultProfile(profiles) === profile
          ? [{ section: settingsSection, changes: { default_profile: undefined } }]
          : []),
      ],
      signal,
    );
  }
  return removed;
}
