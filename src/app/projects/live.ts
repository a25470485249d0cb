// A project that is in use in this process: its folder, what is known of it, and who may touch it now.
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import type { Store } from "../storage/store.ts";
import type { Root } from "./place.ts";
import { readCommon, type Common } from "./sync-state.ts";

export type ProjectsDeps = Pick<Deps, "clock" | "log" | "os">;

export interface Live {
  readonly id: string;
  /** `<root>/<id>`, with `files` and `sessions` below. */
  readonly root: Root;
  /** Comparing with the database, laying out skills, taking away: one at a time. */
  readonly turn: Turn;
  /** Changing a file: one at a time, and none once the project is deleted. */
  readonly edit: Turn;
  /** When no change is under way. */
  readonly idle: () => Promise<void>;
  /** Ends what is under way when the project is deleted. */
  readonly ended: AbortController;
  common: Common | undefined;
  /** The files of our skills that lie in the folder. */
  ours: Common | undefined;
  /** By the clock; when the folder was last brought up to the database. */
  broughtMs: number;
  /** Somebody who was let in has opened it: the project was in the database. */
  wasOpened: boolean;
  /** What was warned of. */
  readonly told: Set<string>;
}

export interface Keeping {
  readonly deps: ProjectsDeps;
  readonly store: Pick<Store, "files" | "projects">;
}

export function createLive(folder: string, id: string, { os }: ProjectsDeps): Live {
  const editing = createTurn();
  const ended = new AbortController();
  return {
    id,
    root: { path: join(folder, id), os },
    turn: createTurn(),
    edit: (work) =>
      editing(() => {
        ended.signal.throwIfAborted();
        return work();
      }),
    idle: () => editing(async () => undefined),
    ended,
    common: undefined,
    ours: undefined,
    broughtMs: Number.NEGATIVE_INFINITY,
    wasOpened: false,
    told: new Set(),
  };
}

// An agent can make more that is worth a word than anybody reads.
const mostTold = 100;

/** Warns of something in a project, once in this process. */
export function tellOnce({ log }: Pick<Deps, "log">, live: Live, what: string): void {
  if (live.told.has(what) || live.told.size >= mostTold) return;
  live.told.add(what);
  const isLast = live.told.size === mostTold;
  log.warn(`Project ${live.id}: ${what}${isLast ? " (no more is told of this project)" : ""}`);
}

/** The files that this program laid out as its skills. */
export async function oursOf(live: Live): Promise<Common> {
  return (live.ours ??= await readCommon(live.root.path, "skills.json"));
}

export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** Does one piece of work after the other, whatever becomes of those before. */
export function createTurn(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(() => work());
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Callers that come while the work waits for its turn share it; one that comes later gets a new one. */
export function shared<T>(turn: Turn, work: () => Promise<T>): () => Promise<T> {
  let waiting: Promise<T> | undefined;
  return () => {
    waiting ??= turn(() => {
      waiting = undefined;
      return work();
    });
    return waiting;
  };
}
