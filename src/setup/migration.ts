// What becomes of the programs before this one in a setup: their settings are taken over, and what they left is taken away.
import { findRemains } from "../agents/older/remains.ts";
import type { OlderRemain } from "../agents/older/remain.ts";
import type { Deps } from "../platform/deps.ts";
import { toMortarError } from "../platform/errors.ts";
import { selfCommand } from "../platform/process.ts";
import { olderSettings } from "./older-settings.ts";
import { askYes, type Asker } from "./questions.ts";

export interface MigrationWish {
  readonly deps: Deps;
  readonly asker: Asker;
  /** A person is there, and may be asked. */
  readonly asks: boolean;
  /** Their settings are to go on: telemetry that nobody wants any more must not begin again by itself. */
  readonly takes: boolean;
  /** Where the older proxy was; undefined where this one has a place already. */
  readonly port: number | undefined;
  /** Said beforehand. */
  readonly removeOlder: boolean;
  readonly dryRun: boolean;
  /** What the person should know is added here. */
  readonly notes: string[];
  readonly signal: AbortSignal;
}

export interface Migration {
  /** Before anything is written: what is written then goes by it. Throws `io`, `timeout`. */
  adopt(): Promise<void>;
  /** After everything else is written. Gives what was taken away; what could not be is said. Throws an abort alone. */
  remove(): Promise<readonly string[]>;
}

/** In a project nothing of the home folder is touched. */
export const noMigration: Migration = { adopt: () => Promise.resolve(), remove: () => Promise.resolve([]) };

export const homeOnly =
  "A project's setup takes nothing of older programs away: mortar doctor --fix does, or mortar setup --remove-older without --scope.";

/** Reads, and asks. Throws what asking throws. */
export async function planMigration(wish: MigrationWish): Promise<Migration> {
  const { deps, notes, takes } = wish;
  const settings = takes ? await olderSettings(deps, wish.port) : undefined;
  for (const words of settings?.words ?? []) notes.push(`As the older program had it: ${words}.`);
  const remains = await findRemains({ deps, self: selfCommand()[0], signal: wish.signal });
  const agreed = await agreedTo(wish, remains);
  return {
    adopt: settings?.adopt ?? noMigration.adopt,
    remove: () => (agreed ? removeAll(wish) : Promise.resolve([])),
  };
}

async function agreedTo(wish: MigrationWish, remains: readonly OlderRemain[]): Promise<boolean> {
  const { deps, asker, notes, dryRun } = wish;
  const removable = remains.filter(({ removal }) => removal !== undefined);
  for (const { seen, step, removal } of remains) {
    if (removal === undefined && step !== undefined) notes.push(`An older program: ${seen}. ${step}`);
  }
  if (removable.length === 0) return false;
  const titles = removable.map(({ removal }) => removal?.title ?? "");
  if (wish.removeOlder) {
    if (dryRun) notes.push(...titles.map((title) => `Would be done: ${title}.`));
    return true;
  }
  if (wish.asks && !dryRun) {
    deps.stderr.write(`Older programs have left things here. To be rid of them:\n`);
    for (const title of titles) deps.stderr.write(`  ${title}\n`);
    return askYes(asker, "Do that when everything is set up? It does not come back.");
  }
  const what = `${removable.length} ${removable.length === 1 ? "thing" : "things"}`;
  notes.push(`Older programs have left ${what} here: --remove-older takes them away, and mortar doctor names them.`);
  return false;
}

/** Looks again: what was written since may have taken some of it away. */
async function removeAll({ deps, notes, signal }: MigrationWish): Promise<readonly string[]> {
  const done: string[] = [];
  for (const { removal } of await findRemains({ deps, self: selfCommand()[0], signal })) {
    signal.throwIfAborted();
    if (removal === undefined) continue;
    try {
      await removal.apply();
      done.push(removal.title);
    } catch (thrown) {
      const { message, hint } = toMortarError(thrown);
      notes.push(`${removal.title}: ${message}.${hint === undefined ? "" : ` ${hint}`}`);
    }
  }
  return done;
}
