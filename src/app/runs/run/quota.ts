// How many runs one user of a shared server may have at once: each is a process on a machine that belongs to all.
import { MortarError } from "../../../platform/errors.ts";

export interface Quota {
  /** Counts a run of the user until `release` is called. Throws `rate_limited` for one too many. */
  take(user: string): { release(): void };
}

/** More than anybody watches. */
const usualMost = 20;

export function createQuota(most = usualMost): Quota {
  const taken = new Map<string, number>();
  const change = (user: string, by: number): void => {
    const now = (taken.get(user) ?? 0) + by;
    if (now > 0) taken.set(user, now);
    else taken.delete(user);
  };
  return {
    take: (user) => {
      if ((taken.get(user) ?? 0) >= most) {
        throw new MortarError("rate_limited", `${most} of your agents are at work at once: there can be no more here`, {
          hint: "Wait until one has ended, or stop one.",
        });
      }
      change(user, 1);
      let isOver = false;
      return {
        release: () => {
          if (!isOver) change(user, -1);
          isOver = true;
        },
      };
    },
  };
}

/** On one's own machine everybody knows best. */
export const noQuota: Quota = { take: () => ({ release: () => undefined }) };
