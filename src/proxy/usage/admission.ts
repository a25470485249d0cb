// Whether a day's budget lets a request through: what has been spent counts, and what those under way may still cost.
import type { Deps } from "../../platform/deps.ts";
import type { Budget } from "./budget.ts";
import type { Spending } from "./spending.ts";
import type { Ledger } from "./ledger.ts";

/** A request may pass; `release` is to be called once its cost is known, more often does no harm. */
export interface Admitted {
  readonly kind: "admitted";
  readonly release: () => void;
}

export interface Refused {
  /** `spent`: the budget is used up. `held`: what is left of it is taken by requests that take very long. */
  readonly kind: "spent" | "held";
  /** US dollars. */
  readonly spent: number;
}

export interface Asking {
  readonly budget: Budget;
  /** What the request may cost, in US dollars; 0 where nobody knows. */
  readonly cost: number;
  readonly signal: AbortSignal;
}

export interface Admission {
  /**
   * Lets a request through while there is something left beside what others under way may cost, so that together they go
   * over by no more than one of them. Where those stand in the way, it waits for their end. Throws when the signal fires.
   */
  enter(asking: Asking): Promise<Admitted | Refused>;
}

export interface AdmissionParts {
  readonly ledger: Ledger;
  readonly spending: Spending;
  readonly today: () => string;
}

/** As long as a person waits for an answer without wondering. */
const mostWaitMs = 60_000;
/** Requests of another process end without telling this one. */
const lookAgainMs = 250;

export function createAdmission(
  deps: Pick<Deps, "clock" | "log">,
  { ledger, spending, today }: AdmissionParts,
): Admission {
  const { clock } = deps;
  const holdings = new Map<number, number>();
  let held = 0;
  let count = 0;
  let released = Promise.withResolvers<void>();

  const shared = (work: () => void): void => {
    try {
      work();
    } catch (thrown) {
      // A full disk must not stop the models: this process still counts its own.
      deps.log.debug(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const release = (number: number): void => {
    const cost = holdings.get(number);
    if (cost === undefined) return;
    holdings.delete(number);
    // Without the errors of sums of fractions.
    held = holdings.size === 0 ? 0 : held - cost;
    shared(() => ledger.release(number));
    released.resolve();
    released = Promise.withResolvers<void>();
  };
  const hold = (day: string, cost: number): Admitted => {
    count += 1;
    const number = count;
    holdings.set(number, cost);
    held += cost;
    shared(() => ledger.hold(number, { day, cost, sinceMs: clock.now() }));
    return { kind: "admitted", release: () => release(number) };
  };
  const decide = ({ budget: { dailyUsd }, cost }: Asking): Admitted | Refused => {
    const day = today();
    let others = 0;
    shared(() => {
      spending.refresh(day);
      others = ledger.heldByOthers(day, clock.now());
    });
    const spent = spending.of(day);
    if (spent >= dailyUsd) return { kind: "spent", spent };
    const taken = held + others;
    if (taken > 0 && spent + taken >= dailyUsd) return { kind: "held", spent };
    return cost > 0 ? hold(day, cost) : { kind: "admitted", release: () => undefined };
  };
  const attempt = (asking: Asking): Admitted | Refused => {
    let decided: Admitted | Refused | undefined;
    shared(() =>
      ledger.exclusively(() => {
        decided = decide(asking);
      }),
    );
    return decided ?? decide(asking);
  };

  return {
    enter: async (asking) => {
      const untilMs = clock.now() + mostWaitMs;
      for (;;) {
        const decided = attempt(asking);
        if (decided.kind !== "held" || clock.now() >= untilMs) return decided;
        const waiting = new AbortController();
        const pause = clock.sleep(lookAgainMs, AbortSignal.any([asking.signal, waiting.signal]));
        await Promise.race([released.promise, pause]).finally(() => {
          waiting.abort();
          pause.catch(() => undefined);
        });
      }
    },
  };
}
