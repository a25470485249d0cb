// A token that renews itself: one request at a time, ahead of its end, the old one while it lasts.
import type { Deps } from "../platform/deps.ts";
import { toMortarError } from "../platform/errors.ts";
import type { AccessToken, TokenOptions } from "./credentials.ts";
import { isFresh, isUsable, type HeldToken } from "./freshness.ts";

export type TokenSource = (options?: TokenOptions) => Promise<AccessToken>;

/** After a renewal ahead of time failed, the old token serves this long before the next attempt. */
const pauseMs = 60_000;

/** Several requests that were refused at once ask for one new token, not for one each. */
const forcedPauseMs = 5_000;

/**
 * Wraps `renew`, which is told whether the workspace refused the last token. Nothing is fetched before the first call.
 * What `renew` throws is thrown on, unless the old token is still good and nobody refused it.
 */
export function renewingSource(
  deps: Pick<Deps, "clock" | "log">,
  renew: (forced: boolean) => Promise<HeldToken>,
  first?: HeldToken,
): TokenSource {
  let held = first;
  let flight: Promise<HeldToken> | undefined;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let forcedAtMs = Number.NEGATIVE_INFINITY;

  const attempt = async (forced: boolean): Promise<HeldToken> => {
    try {
      held = await renew(forced);
      if (forced) forcedAtMs = deps.clock.now();
      return held;
    } catch (thrown) {
      if (forced || held === undefined || !isUsable(held, deps.clock.now())) throw thrown;
      notBeforeMs = deps.clock.now() + pauseMs;
      deps.log.debug(`The token could not be renewed ahead of time: ${toMortarError(thrown).message}`);
      return held;
    }
  };

  const good = (forced: boolean): boolean => {
    const nowMs = deps.clock.now();
    if (held === undefined || !isUsable(held, nowMs)) return false;
    if (forced) return isWithin(nowMs - forcedAtMs, forcedPauseMs);
    return isFresh(held, nowMs) || isWithin(notBeforeMs - nowMs, pauseMs);
  };

  return async ({ signal, forceRefresh = false } = {}) => {
    signal?.throwIfAborted();
    if (held !== undefined && good(forceRefresh)) return held.token;
    flight ??= attempt(forceRefresh).finally(() => {
      flight = undefined;
    });
    return (await joined(flight, signal)).token;
  };
}

/** Whether a pause still runs. A clock that was set back would make it last until the old time comes again. */
function isWithin(ms: number, pauseMs: number): boolean {
  return ms >= 0 && ms <= pauseMs;
}

/** A source in memory over a plain fetch. `first` is a token that checking the strategy already brought. */
export function memorySource(
  deps: Pick<Deps, "clock" | "log">,
  fetchToken: (forced: boolean) => Promise<AccessToken>,
  first?: AccessToken,
): TokenSource {
  const hold = (token: AccessToken): HeldToken => ({ token, obtainedAtMs: deps.clock.now() });
  const renew = async (forced: boolean): Promise<HeldToken> => hold(await fetchToken(forced));
  return renewingSource(deps, renew, first === undefined ? undefined : hold(first));
}

/**
 * Waits for shared work with a caller's own signal: the caller leaves when it fires, and the work goes on for the
 * others. A redeemed single-use token must reach the disk whoever is still waiting for it.
 */
export async function joined<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const left = Promise.withResolvers<never>();
  const onAbort = (): void =>
    left.reject(signal.reason instanceof Error ? signal.reason : new DOMException("Aborted", "AbortError"));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
