// When projects are copied to the database: soon after a change, some at a time, again where it failed, and once more at the end.
import type { ProjectsDeps } from "./live.ts";

export interface Backup {
  /** Something of the project has changed. */
  mark(id: string): void;
  /** It is no more. */
  forget(id: string): void;
  /** Copies what is marked, once each, and ends. What fails now stays marked on the disk. */
  close(): Promise<void>;
}

export interface BackupOptions {
  readonly deps: ProjectsDeps;
  /** Copies one project. Throws where it could not. */
  readonly send: (id: string) => Promise<void>;
  /** Notes on the disk that something is to be copied, and that nothing is. */
  readonly unsent: (id: string) => Promise<void>;
  readonly sent: (id: string) => Promise<void>;
  /** From a change to its copy: more changes come along in that time. Milliseconds. */
  readonly delayMs: number;
}

// Projects at a time, and how long to wait after a failure.
const atOnce = 4;
const firstWaitMs = 1000;
const longestWaitMs = 60_000;
// After a copy there is so many times as long a rest as it took.
const restTimes = 5;

// A platform that stops the app gives it 15 s.
const closeMs = 10_000;

interface Marked {
  isDirty: boolean;
  failures: number;
  readonly ended: AbortController;
}

export function createBackup(options: BackupOptions): Backup {
  const { deps, delayMs } = options;
  const closing = new AbortController();
  const marked = new Map<string, Marked>();
  const loops = new Set<Promise<void>>();
  const slot = createSlots(atOnce);

  const loop = async (id: string, mine: Marked): Promise<void> => {
    const signal = AbortSignal.any([closing.signal, mine.ended.signal]);
    let waitMs = delayMs;
    while (mine.isDirty && !mine.ended.signal.aborted) {
      await options.unsent(id);
      // At the end there is no waiting, and no second try.
      const isLast = await nap(deps, waitMs, signal);
      if (mine.ended.signal.aborted) break;
      mine.isDirty = false;
      const beganMs = deps.clock.now();
      const failed = await slot(() => attempt(id));
      if (failed === undefined) {
        mine.failures = 0;
        // A large project that changes all the time takes but a part of the machine.
        waitMs = Math.max(delayMs, Math.min((deps.clock.now() - beganMs) * restTimes, longestWaitMs / 2));
        // What changes while this is noted makes another round.
        if (!mine.isDirty) await options.sent(id);
        continue;
      }
      mine.isDirty = true;
      mine.failures += 1;
      report(id, mine, failed);
      if (isLast) break;
      waitMs = Math.min(firstWaitMs * 2 ** (mine.failures - 1), longestWaitMs);
    }
    // In the same step as the last look at `isDirty`: a change that comes now begins a loop of its own.
    marked.delete(id);
  };

  const attempt = async (id: string): Promise<Error | undefined> => {
    try {
      await options.send(id);
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  };

  const report = (id: string, { failures }: Marked, failed: Error): void => {
    const what = `Project ${id} could not be copied to the database, and will be tried again: ${failed.message}`;
    // Once loud, then only for those who look.
    if (failures === 1) deps.log.warn(what);
    else deps.log.debug(what);
  };

  return {
    mark: (id) => {
      const there = marked.get(id);
      if (there !== undefined) {
        there.isDirty = true;
        return;
      }
      if (closing.signal.aborted) return;
      const mine: Marked = { isDirty: true, failures: 0, ended: new AbortController() };
      marked.set(id, mine);
      const running = loop(id, mine)
        .catch((thrown: unknown) => deps.log.warn(`Project ${id}: ${String(thrown)}`))
        .finally(() => loops.delete(running));
      loops.add(running);
    },
    forget: (id) => marked.get(id)?.ended.abort(),
    close: async () => {
      closing.abort();
      const enough = new AbortController();
      const late = nap(deps, closeMs, enough.signal).then((isAborted) => !isAborted);
      const isLate = await Promise.race([Promise.all(loops).then(() => false), late]);
      enough.abort();
      if (isLate)
        deps.log.warn("Some projects could not be copied to the database in time; they are when the app runs again");
    },
  };
}

/** Returns true where the signal ended the waiting. */
async function nap({ clock }: ProjectsDeps, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return signal.aborted;
  } catch {
    return true;
  }
}

type Slots = <T>(work: () => Promise<T>) => Promise<T>;

function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
