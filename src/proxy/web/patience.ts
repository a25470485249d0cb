// A turn that has begun is worth a wait: a limit that is reached between two of its answers mostly ends soon.
import type { Clock } from "../../platform/deps.ts";
import type { Draft } from "./draft.ts";

export interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long one answer may be waited for in all, in milliseconds. */
  readonly limitMs: number;
}

export const mostPatienceMs = 40_000;

const passing = new Set([408, 429, 502, 503, 504, 529]);

/** Sends again what was refused for a while: as `Retry-After` says, else after 1, 2, 4 ... seconds. */
export function patientSend(
  send: (draft: Draft) => Promise<Response>,
  { clock, signal, limitMs }: Patience,
): (draft: Draft) => Promise<Response> {
  return async (draft) => {
    let left = limitMs;
    for (let attempt = 0; ; attempt++) {
      const response = await send(draft);
      const waitMs = waitOf(response, attempt);
      if (!passing.has(response.status) || waitMs > left) return response;
      await response.body?.cancel();
      await clock.sleep(waitMs, signal);
      left -= waitMs;
    }
  };
}

function waitOf({ headers }: Response, attempt: number): number {
  const seconds = Number(headers.get("retry-after") ?? "");
  const named = Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
  return Math.max(named, 1_000 * 2 ** attempt);
}
