// The tokens that callers have shown: whose each is, asked once in a while, and the freshest of each user.
import { createHash } from "node:crypto";
import type { Clock } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import { isObject, tryJson } from "../../../platform/json.ts";
import { Secret } from "../../../platform/secret.ts";
import type { Me } from "../../../workspace/identity.ts";

export interface Tokens {
  /** Whose token it is. Throws what asking throws. */
  userOf(token: string): Promise<Me>;
  /** Notes that the user has shown a token that is good. */
  used(user: string, token: string): void;
  /** The user's token that lives longest; undefined where it is over, or none is known. */
  freshest(user: string): Secret | undefined;
}

/** How long the workspace's word on a token holds. */
const trustedMs = 60_000;
/** How long its refusal does: whoever sends a bad token often does not make us ask often. */
const refusedMs = 10_000;
const mostTokens = 2_000;
const mostUsers = 1_000;
/** A token that does not say when it ends is used for as long as one of the platform lives. */
const usualLifeMs = 3_600_000;

interface Asked {
  readonly me: Promise<Me>;
  untilMs: number;
}

interface Held {
  readonly token: Secret;
  readonly endsMs: number;
}

export function createTokens(clock: Clock, ask: (token: string) => Promise<Me>): Tokens {
  // In the order in which they were asked about, and last used.
  const asked = new Map<string, Asked>();
  const held = new Map<string, Held>();
  const trim = (map: Map<string, unknown>, most: number): void => {
    for (const oldest of map.keys()) if (map.size > most) map.delete(oldest);
  };
  return {
    userOf: async (token) => {
      // The token itself is not kept as a key.
      const key = createHash("sha256").update(token).digest("base64");
      const known = asked.get(key);
      if (known !== undefined && known.untilMs > clock.now()) return await known.me;
      const now: Asked = { me: ask(token), untilMs: clock.now() + trustedMs };
      asked.delete(key);
      asked.set(key, now);
      trim(asked, mostTokens);
      try {
        return await now.me;
      } catch (thrown) {
        const isRefusal = thrown instanceof MortarError && ["not_signed_in", "permission_denied"].includes(thrown.code);
        now.untilMs = isRefusal ? clock.now() + refusedMs : 0;
        throw thrown;
      }
    },
    used: (user, token) => {
      const present = held.get(user);
      const endsMs = endOf(token) ?? clock.now() + usualLifeMs;
      const isOlder = present !== undefined && present.token.reveal() !== token && present.endsMs > endsMs;
      const kept = isOlder ? present : { token: new Secret(token), endsMs };
      held.delete(user);
      held.set(user, present?.token.reveal() === token ? present : kept);
      trim(held, mostUsers);
    },
    freshest: (user) => {
      const found = held.get(user);
      return found === undefined || found.endsMs <= clock.now() ? undefined : found.token;
    },
  };
}

/** When a token in the form of a JWT says that it ends, in milliseconds since the epoch. Nothing is trusted by it. */
function endOf(token: string): number | undefined {
  const [, payload] = token.split(".");
  if (payload === undefined) return undefined;
  const claims = tryJson(Buffer.from(payload, "base64url").toString("utf8"));
  const ends = isObject(claims) ? claims["exp"] : undefined;
  return typeof ends === "number" ? ends * 1_000 : undefined;
}
