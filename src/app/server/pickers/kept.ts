// What the workspace answered lately, each user's apart: pickers are opened often, and clusters are slow to list.
import type { Clock } from "../../../platform/deps.ts";

export interface Kept {
  /** The value by `key`, asked for where it is not known or `fresh` is wished. A failure is not kept. */
  of<T>(key: readonly string[], options: { readonly fresh: boolean }, ask: () => Promise<T>): Promise<T>;
  /** Forgets all that begins so. */
  forget(key: readonly string[]): void;
}

const keptMs = 60_000;
const most = 500;

interface Entry {
  readonly value: Promise<unknown>;
  readonly untilMs: number;
}

export function createKept(clock: Clock): Kept {
  const entries = new Map<string, Entry>();
  const keyOf = (key: readonly string[]): string => key.map((part) => encodeURIComponent(part)).join("/");
  return {
    of: async <T>(key: readonly string[], { fresh }: { readonly fresh: boolean }, ask: () => Promise<T>) => {
      const name = keyOf(key);
      const known = entries.get(name);
      if (known !== undefined && !fresh && known.untilMs > clock.now()) return (await known.value) as T;
      const entry: Entry = { value: ask(), untilMs: clock.now() + keptMs };
      entries.delete(name);
      entries.set(name, entry);
      for (const oldest of entries.keys()) if (entries.size > most) entries.delete(oldest);
      try {
        return (await entry.value) as T;
      } catch (thrown) {
        if (entries.get(name) === entry) entries.delete(name);
        throw thrown;
      }
    },
    forget: (key) => {
      const whole = keyOf(key);
      for (const name of entries.keys()) if (name === whole || name.startsWith(`${whole}/`)) entries.delete(name);
    },
  };
}
