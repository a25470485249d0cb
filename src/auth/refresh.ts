// Renewing Mortar's own login: once per machine, the new refresh token on disk before anything uses it.
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { withLock } from "../platform/lock.ts";
import type { Secret } from "../platform/secret.ts";
import { isFresh } from "./freshness.ts";
import { loginCommand } from "./login-command.ts";
import {
  loginName,
  proveWritable,
  readLogin,
  readRefreshToken,
  writeLogin,
  type Login,
  type LoginKey,
  type NewLogin,
} from "./token-store.ts";
import { renewingSource, type TokenSource } from "./token-source.ts";

export type RefreshDeps = Pick<Deps, "clock" | "fetch" | "log" | "paths" | "env" | "keyring">;

/** Official tools recognise an ended sign-in by this sentence. */
const refreshInvalid =
  "The sign-in has ended. A new access token could not be retrieved because the refresh token is invalid.";

/** A refresh with all its retries is over by then. */
const lockWaitMs = 90_000;

/**
 * The token source of a stored login. In order: the token in memory, the one on disk, a refresh under a lock that
 * re-reads the disk first. Renewal starts five minutes ahead; when it fails, the old token serves to its end. Throws
 * `not_signed_in` with the command to run when the login is gone or its refresh token no longer counts.
 */
export function storedSource(deps: RefreshDeps, first: Login): TokenSource {
  let login = first;
  const renew = async (forced: boolean): Promise<Login> => {
    login = await renewLogin(deps, login, forced);
    return login;
  };
  return renewingSource(deps, renew, first);
}

/**
 * One refresh under the machine's lock. A token that another process has renewed meanwhile, one that differs from
 * `known`'s and is fresh, is taken instead, also when the refresh is forced: it is not the one that was refused.
 */
export function renewLogin(deps: RefreshDeps, known: Login, forced: boolean): Promise<Login> {
  return withLock(deps.paths.run, `auth-${loginName(known)}`, { clock: deps.clock, waitMs: lockWaitMs }, async () => {
    const current = await readLogin(deps, known);
    if (current === undefined) throw signedOut(known, "You are signed out");
    const nowMs = deps.clock.now();
    const renewed = current.token.accessToken.reveal() !== known.token.accessToken.reveal();
    if ((renewed || !forced) && isFresh(current, nowMs)) return current;
    return redeem(deps, current);
  });
}

async function redeem(deps: RefreshDeps, login: Login): Promise<Login> {
  const refreshToken = await readRefreshToken(deps, login);
  if (refreshToken === undefined) throw signedOut(login, "The sign-in has ended and cannot be renewed");
  try {
    return await exchange(deps, login, refreshToken);
  } catch (thrown) {
    if (!(await isSpent(thrown))) throw thrown;
    // A process that does not take the lock (an older version, a restored backup) may have renewed just now.
    const again = await readLogin(deps, login);
    const other = again === undefined ? undefined : await readRefreshToken(deps, again);
    if (again === undefined || other === undefined || other.reveal() === refreshToken.reveal()) {
      throw signedOut(login, refreshInvalid, thrown);
    }
    return exchange(deps, again, other).catch(async (second: unknown) => {
      if (!(await isSpent(second))) throw second;
      throw signedOut(login, refreshInvalid, second);
    });
  }
}

async function exchange(deps: RefreshDeps, login: Login, refreshToken: Secret): Promise<Login> {
  const { refreshGrant } = await import("./grants.ts");
  const { tokenEndpoint, clientId } = login;
  // Before the old token is spent: on a full or read-only disk the new one would have nowhere to go.
  await proveWritable(deps, login);
  const granted = await refreshGrant(deps, { tokenEndpoint, clientId, refreshToken });
  return persist(deps, {
    ...login,
    token: granted.token,
    obtainedAtMs: deps.clock.now(),
    refreshToken: granted.refreshToken ?? refreshToken,
  });
}

/**
 * A single-use token that does not reach the disk is lost, and a scanner may hold the file for a moment (Windows). When
 * it is, the access token still serves, and the person is told.
 */
async function persist(deps: RefreshDeps, login: NewLogin): Promise<Login> {
  for (const waitMs of [50, 200, 800, 0]) {
    try {
      return await writeLogin(deps, login);
    } catch (thrown) {
      const { message } = toMortarError(thrown);
      if (waitMs > 0) deps.log.debug(`The renewed sign-in could not be written: ${message}`);
      else
        deps.log.warn(`The renewed sign-in is lost (${message}). It ends soon; then run \`${loginCommand(login)}\`.`);
      await deps.clock.sleep(waitMs);
    }
  }
  return { ...login, refreshIn: "none" };
}

/** Whether the server refused the refresh token itself, rather than the client or the moment. */
async function isSpent(thrown: unknown): Promise<boolean> {
  const { GrantRefused } = await import("./grants.ts");
  if (!(thrown instanceof GrantRefused)) return false;
  return thrown.oauthError === "invalid_grant" || /refresh token is invalid/i.test(thrown.message);
}

function signedOut(key: LoginKey, what: string, cause?: unknown): MortarError {
  return new MortarError("not_signed_in", what, { hint: `Run \`${loginCommand(key)}\`.`, cause });
}
