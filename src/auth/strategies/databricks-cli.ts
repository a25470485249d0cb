// A person's sign-in in the browser: Mortar's own where there is one, else the Databricks CLI's.
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { withLock, type LockOptions } from "../../platform/lock.ts";
import { cliTokenName, keepCliToken, readCliToken } from "../cli-token-cache.ts";
import { leftByCli } from "../cli-token-file.ts";
import { cliToken, findDatabricksCli } from "../databricks-cli.ts";
import { isFresh, isUsable, type HeldToken } from "../freshness.ts";
import { loginCommand } from "../login-command.ts";
import { storedSource } from "../refresh.ts";
import { findLogin } from "../stored-login.ts";
import { bearer, hostOf, type Opened, type Strategy, type StrategyContext } from "../strategy.ts";
import { renewingSource, type TokenSource } from "../token-source.ts";

export const open: Strategy = async (context) => {
  const { config, deps } = context;
  const host = hostOf(context, "databricks-cli");
  if (host === undefined) return undefined;
  const login = await findLogin(deps, config);
  if (login !== undefined) return bearer(storedSource(deps, login));
  const path = findDatabricksCli(deps, config);
  if (path !== undefined) return openCli(context, path);
  const left = await leftByCli(deps, config);
  if (left !== undefined && isUsable(left, deps.clock.now())) return bearer(leftSource(context, left));
  if (!context.chosen) return undefined;
  // Official tools recognise a missing sign-in by the words in brackets.
  const words = `You are not signed in to ${host} (databricks OAuth is not configured for this host)`;
  throw new MortarError("not_signed_in", `${words}${config.suffix()}`, {
    hint: `Run \`${loginCommand({ host, profile: config.profile ?? "" })}\`.`,
  });
};

/** Without the CLI its plaintext logins serve to their end; renewing them would sign the CLI out. */
function leftSource({ config, deps }: StrategyContext, first: HeldToken): TokenSource {
  const read = async (): Promise<HeldToken> => {
    const held = await leftByCli(deps, config);
    if (held !== undefined && isUsable(held, deps.clock.now())) return held;
    throw new MortarError(
      "not_signed_in",
      "The Databricks CLI's sign-in has ended, and the CLI is not here to renew it",
      {
        hint: `Run \`${loginCommand({ host: config.get("host") ?? "", profile: config.profile ?? "" })}\`.`,
      },
    );
  };
  return renewingSource(deps, read, first);
}

/** Two requests of the CLI, its version and the token, at their limits. */
const lockWaitMs = 130_000;

/**
 * The CLI takes no lock between its processes: two that renew at once redeem one single-use refresh token twice, and the
 * person is signed out. So it is asked by one process of ours at a time, and the others take what that one got.
 */
async function openCli({ config, deps, chosen, signal }: StrategyContext, path: string): Promise<Opened> {
  let known: HeldToken | undefined;
  const kept = async (forced: boolean): Promise<HeldToken | undefined> => {
    const held = await readCliToken(deps, config);
    if (held === undefined || !isFresh(held, deps.clock.now())) return undefined;
    const isKnown = known !== undefined && held.token.accessToken.reveal() === known.token.accessToken.reveal();
    // Forced, the token that was refused is not taken; one that another process got meanwhile is.
    return forced && (known === undefined || isKnown) ? undefined : held;
  };
  const ask = async (forced: boolean, during?: AbortSignal): Promise<HeldToken> => {
    const token = await cliToken(deps, { path, config, forced, signal: during });
    const held = { token, obtainedAtMs: deps.clock.now() };
    await keepCliToken(deps, config, held);
    return held;
  };
  const renew = async (forced: boolean, during?: AbortSignal): Promise<HeldToken> => {
    const name = `cli-${cliTokenName(config)}`;
    const options = { clock: deps.clock, signal: during, waitMs: lockWaitMs };
    known =
      (await kept(forced)) ??
      (await withLockIfPossible(
        deps,
        { name, options },
        async () => (await kept(forced)) ?? (await ask(forced, during)),
      ));
    return known;
  };
  const first = chosen ? undefined : await renew(false, signal);
  return bearer(renewingSource(deps, (forced) => renew(forced), first));
}

/** Where Mortar's folder cannot be written (a read-only home), the CLI is asked without the lock. */
async function withLockIfPossible<T>(
  { paths, log }: Pick<Deps, "paths" | "log">,
  { name, options }: { readonly name: string; readonly options: LockOptions },
  work: () => Promise<T>,
): Promise<T> {
  let locked = false;
  try {
    return await withLock(paths.run, name, options, () => {
      locked = true;
      return work();
    });
  } catch (thrown) {
    if (locked || !(thrown instanceof MortarError) || thrown.code !== "io") throw thrown;
    log.debug(thrown.message);
    return work();
  }
}
