// The credentials of one profile, kept at hand: renewed ahead of their end without anybody waiting, and once when refused.
import type { Credentials } from "../auth/credentials.ts";
import { isFresh, isUsable, type HeldToken } from "../auth/freshness.ts";
import { joined } from "../auth/token-source.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import type { Upstream } from "./types.ts";

type AuthHeaders = Record<string, string>;

interface Held {
  readonly headers: AuthHeaders;
  /** undefined for a way of signing in that has no token: it is asked anew for every request. */
  readonly token: HeldToken | undefined;
}

export interface TokenOptions {
  /** Called when the sign-in has ended: what was opened is no longer worth keeping. */
  readonly onEnded: () => void;
}

export interface AuthSource {
  readonly headers: Upstream["headers"];
  /** The headers without waiting, while the token at hand is good. */
  readonly atHand: () => AuthHeaders | undefined;
  /** When the token at hand ends, in milliseconds since the epoch; undefined for none, and for one that does not say. */
  readonly endsAtMs: () => number | undefined;
}

/**
 * Headers as `Upstream` gives them. A token in its last minutes still serves while it is renewed, and while renewing it
 * fails; when it has ended, the failure is thrown, with what to run.
 */
export function authHeaders(
  deps: Pick<Deps, "clock" | "log">,
  credentials: Pick<Credentials, "headers" | "token">,
  { onEnded }: TokenOptions,
): AuthSource {
  let held: Held | undefined;
  let renewal: Promise<Held> | undefined;
  let forced: Promise<Held> | undefined;

  const ask = async (forceRefresh: boolean): Promise<Held> => {
    const headers = await credentials.headers({ forceRefresh });
    held = { headers, token: await tokenBehind(deps, credentials, held) };
    return checked(held);
  };
  const renew = (): Promise<Held> => {
    renewal ??= ask(false).finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  const refresh = (): Promise<Held> => {
    forced ??= ask(true).finally(() => {
      forced = undefined;
    });
    return forced;
  };

  const atHand = (): AuthHeaders | undefined => {
    const nowMs = deps.clock.now();
    if (held?.token === undefined || !isUsable(held.token, nowMs)) return undefined;
    if (!isFresh(held.token, nowMs)) void renew().catch((thrown: unknown) => explain(deps, thrown));
    return held.headers;
  };
  const present = async ({ refused, signal }: Parameters<Upstream["headers"]>[0] = {}): Promise<AuthHeaders> => {
    if (refused !== undefined) {
      // Another request that was refused with it may have had it refreshed meanwhile.
      const renewed = held !== undefined && authorizationOf(held.headers) !== refused;
      return held !== undefined && renewed ? held.headers : (await joined(refresh(), signal)).headers;
    }
    return atHand() ?? (await joined(renew(), signal)).headers;
  };

  return {
    atHand,
    endsAtMs: () => held?.token?.token.expiresAtMs,
    headers: async (options) => {
      try {
        return await present(options);
      } catch (thrown) {
        if (toMortarError(thrown).code === "not_signed_in") onEnded();
        throw thrown;
      }
    },
  };
}

/** The Authorization among headers, whatever the case of its name. */
export function authorizationOf(headers: Readonly<AuthHeaders>): string | undefined {
  return headers["Authorization"] ?? headers["authorization"];
}

/** When the token that the headers carry ends, as far as the way of signing in knows. */
async function tokenBehind(
  { clock }: Pick<Deps, "clock">,
  credentials: Pick<Credentials, "token">,
  before: Held | undefined,
): Promise<HeldToken | undefined> {
  const token = await credentials.token().catch(() => undefined);
  if (token === undefined) return undefined;
  const known = before?.token;
  if (known !== undefined && known.token.accessToken.reveal() === token.accessToken.reveal()) return known;
  return { token, obtainedAtMs: clock.now() };
}

/** Nothing goes out without a proof of who asks. */
function checked(held: Held): Held {
  if ((authorizationOf(held.headers) ?? "") !== "") return held;
  throw new MortarError("not_signed_in", "There is no token for this profile", {
    hint: "Run `mortar auth login`.",
  });
}

function explain({ log }: Pick<Deps, "log">, thrown: unknown): void {
  log.debug(`The token could not be renewed ahead of time: ${toMortarError(thrown).message}`);
}
