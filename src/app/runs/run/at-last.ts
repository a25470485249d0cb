// Work on the database that must be done, also where the database is away for a while.
import type { Clock } from "../../../platform/deps.ts";
import type { Store } from "../../storage/store.ts";

export interface Persistence {
  readonly store: Pick<Store, "check">;
  readonly clock: Clock;
  /** Ends the waiting: it is thrown what the last try threw. */
  readonly signal: AbortSignal;
}

const longestNapMs = 5_000;
/** What a database that answers will not do, it does not do later. */
const mostRefusals = 4;

/** Tries until it works. Throws when `signal` has fired, and where the database answers and yet refuses it again and again. */
export async function atLast<T>({ store, clock, signal }: Persistence, work: () => Promise<T>): Promise<T> {
  let refusals = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      const answers = await store.check().then(
        () => true,
        () => false,
      );
      refusals += answers ? 1 : 0;
      if (signal.aborted || refusals >= mostRefusals) throw thrown;
    }
    await clock.sleep(Math.min(50 * 2 ** Math.min(attempt, 10), longestNapMs), signal).catch(() => undefined);
  }
}
