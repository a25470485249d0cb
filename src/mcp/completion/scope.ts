// What sources complete from: lists of the workspace, each asked for once in a while however fast somebody types.
import type { Workspace } from "../../workspace/workspace.ts";
import type { CallSurroundings } from "../call.ts";
import { inTime } from "../in-time.ts";
import type { Scope } from "./source.ts";

interface Kept {
  readonly atMs: number;
  readonly list: Promise<unknown>;
}

const keptMs = 30_000;
/** Of one workspace; the oldest goes first. */
const mostKept = 50;
/** How long a sign-in, and how long a list may take. Whoever waits for values has typed on after less. */
const patienceMs = 8_000;

/** By workspace object, and so by caller: nobody is completed from what another may see. */
const lists = new WeakMap<Workspace, Map<string, Kept>>();

export function scopeOf(
  { deps, source }: Pick<CallSurroundings, "deps" | "source">,
  given: Readonly<Record<string, string>>,
  caller: AbortSignal,
): Scope {
  return {
    given,
    kept: async <T>(key: string, list: (workspace: Workspace, signal: AbortSignal) => Promise<T>): Promise<T> => {
      const workspace = await inTime(source.open(), AbortSignal.any([caller, AbortSignal.timeout(patienceMs)]));
      const known = lists.get(workspace) ?? new Map<string, Kept>();
      lists.set(workspace, known);
      const found = known.get(key);
      const nowMs = deps.clock.now();
      if (found !== undefined && nowMs - found.atMs < keptMs) return (await found.list) as T;
      // Not ended by this caller: whoever typed the next letter waits for the same list.
      const fresh = { atMs: nowMs, list: list(workspace, AbortSignal.timeout(patienceMs)) };
      known.delete(key);
      known.set(key, fresh);
      for (const oldest of known.keys()) if (known.size > mostKept) known.delete(oldest);
      fresh.list.catch(() => {
        if (known.get(key) === fresh) known.delete(key);
      });
      return await fresh.list;
    },
  };
}
