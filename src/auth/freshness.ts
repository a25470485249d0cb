// When a token is good, and when it should be renewed although it still is.
import type { AccessToken } from "./credentials.ts";

/** Renewed this long before the end, in milliseconds. */
export const aheadMs = 300_000;

/** A clock that goes back further than this since the token was issued was set: nothing is known of the token's end. */
const setBackMs = 60_000;

/** A token is not used in its last moments: it would end on the way. */
const marginMs = 10_000;

/** A token and when it was issued, in milliseconds since the epoch. */
export interface HeldToken {
  readonly token: AccessToken;
  readonly obtainedAtMs: number;
}

/** Whether the token may still be sent. One without an end always may. */
export function isUsable({ token }: HeldToken, nowMs: number): boolean {
  return token.expiresAtMs === undefined || token.expiresAtMs - marginMs > nowMs;
}

/** Whether the token is far enough from its end; a short-lived one is renewed in the second half of its life. */
export function isFresh(held: HeldToken, nowMs: number): boolean {
  const { expiresAtMs } = held.token;
  if (expiresAtMs === undefined) return true;
  if (nowMs < held.obtainedAtMs - setBackMs) return false;
  const lifeMs = Math.max(expiresAtMs - held.obtainedAtMs, 0);
  return expiresAtMs - Math.min(aheadMs, lifeMs / 2) > nowMs && isUsable(held, nowMs);
}
