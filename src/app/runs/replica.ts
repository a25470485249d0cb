// Who this process is among the replicas of one database: the same as before where it has the data folder for itself.
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { withLock } from "../../platform/lock.ts";

export interface Replica {
  readonly id: string;
  /** Whether runs that are under way by this name are nobody's any more. */
  readonly isAlone: boolean;
  release(): Promise<void>;
}

/** Takes the data folder; where another process has it, this one is somebody new. Throws `io`. */
export async function takeReplica(deps: Pick<Deps, "clock">, dataFolder: string): Promise<Replica> {
  const over = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<boolean>();
  const holding = withLock(dataFolder, "replica", { clock: deps.clock, waitMs: 0 }, async () => {
    taken.resolve(true);
    await over.promise;
  }).catch(() => taken.resolve(false));
  const isAlone = await taken.promise;
  const release = async (): Promise<void> => {
    over.resolve();
    await holding;
  };
  if (!isAlone) return { id: randomUUID(), isAlone, release };
  // What a run needs for itself alone holds secrets: those of a process that was killed go.
  await rm(join(dataFolder, "runs"), { recursive: true, force: true }).catch(() => undefined);
  return { id: await idIn(dataFolder), isAlone, release };
}

async function idIn(dataFolder: string): Promise<string> {
  const path = join(dataFolder, "replica");
  const known = (await readTextIfPresent(path))?.trim() ?? "";
  if (/^[\w-]{8,64}$/.test(known)) return known;
  const id = randomUUID();
  await writeAtomic(path, `${id}\n`);
  return id;
}
