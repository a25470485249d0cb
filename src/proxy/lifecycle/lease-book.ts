// The leases as a proxy in service knows them: read from their files, dropped when their sessions are gone.
import { watch, type FSWatcher } from "node:fs";
import type { Deps } from "../../platform/deps.ts";
import { isSameProcess } from "../../platform/process-start.ts";
import type { Secret } from "../../platform/secret.ts";
import { leaseIds, readLease, removeLease, type Lease } from "./lease.ts";
import { closeFolders } from "./ownership.ts";
import { leaseFolder } from "./places.ts";

export interface LeaseBook {
  /** The live leases, as of the last look. */
  all(): readonly Lease[];
  /** One by its id: also one whose file has come since the last look. */
  get(id: string): Lease | undefined;
  keys(): readonly Secret[];
  /** Reads the files again and drops the leases of processes that are gone. */
  refresh(): Promise<void>;
  release(id: string): Promise<void>;
  close(): void;
}

type BookDeps = Pick<Deps, "paths" | "os" | "run" | "log">;

export async function openLeaseBook(deps: BookDeps): Promise<LeaseBook> {
  let leases = new Map<string, Lease>();
  const get = (id: string): Lease | undefined => {
    const known = leases.get(id);
    if (known !== undefined) return known;
    const read = readLease(deps, id);
    if (read === undefined || read === "broken") return undefined;
    leases.set(id, read);
    return read;
  };
  const read = async (): Promise<void> => {
    const found = await Promise.all((await leaseIds(deps)).map((id) => readLive(deps, id)));
    leases = new Map(found.flatMap((lease) => (lease === undefined ? [] : [[lease.id, lease]])));
  };
  // One after the other: an older look must not undo a newer one.
  let last: Promise<void> = Promise.resolve();
  const refresh = (): Promise<void> => {
    last = last.then(read, read);
    return last;
  };
  await closeFolders(deps);
  await refresh();
  const watcher = watchFolder(deps, () => void refresh().catch(() => undefined));
  return {
    all: () => [...leases.values()],
    get,
    keys: () => [...leases.values()].flatMap(({ key }) => (key === undefined ? [] : [key])),
    refresh,
    release: async (id) => {
      await removeLease(deps, id);
      leases.delete(id);
    },
    close: () => watcher?.close(),
  };
}

async function readLive(deps: BookDeps, id: string): Promise<Lease | undefined> {
  const lease = readLease(deps, id);
  if (lease === undefined) return undefined;
  if (lease !== "broken" && (await isHeld(deps, lease))) return lease;
  deps.log.debug(lease === "broken" ? `the lease ${id} cannot be understood` : `${lease.agent} ${lease.pid} has gone`);
  await removeLease(deps, id);
  return undefined;
}

async function isHeld(deps: BookDeps, { pid, processStart, child }: Lease): Promise<boolean> {
  if (await isSameProcess(deps, pid, processStart)) return true;
  return child !== undefined && isSameProcess(deps, child.pid, child.processStart);
}

/** Tells of changes sooner than the next look does, where the system can. */
function watchFolder(deps: BookDeps, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(leaseFolder(deps), { persistent: false }, changed);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
