// For tests: every kind of database that the app keeps its things in, each new and empty.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import type { Clock, Deps } from "../../platform/deps.ts";
import { testDeps } from "../../tools/testing.ts";
import { openStore, type StoreOptions } from "./open-store.ts";
import type { Store } from "./store.ts";
import type { TestPostgres } from "./testing-postgres.ts";

export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  /** Another process on the same database. */
  another(): Promise<Store>;
}

export interface Backend {
  readonly name: string;
  open(clock?: Clock): Promise<TestStore>;
}

export const sqliteBackend: Backend = {
  name: "sqlite",
  open: async (clock) => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-store-"));
    return await opened({ database: join(folder, "app.db") }, clock, () =>
      rm(folder, { recursive: true, force: true }),
    );
  },
};

/** `server` is asked when a test needs it: it is started before the tests. */
export function postgresBackend(server: () => TestPostgres): Backend {
  return {
    name: "postgres",
    open: async (clock) => await opened({ database: await server().newDatabase(), poolSize: 3 }, clock),
  };
}

async function opened(options: StoreOptions, clock?: Clock, after?: () => Promise<void>): Promise<TestStore> {
  const stores: Store[] = [];
  const another = async (): Promise<Store> => {
    const store = await openStore(storeDeps(clock), options);
    stores.push(store);
    return store;
  };
  return {
    store: await another(),
    another,
    [Symbol.asyncDispose]: async () => {
      for (const store of stores) await store.close();
      await after?.();
    },
  };
}

/** Deps on the real clock, unless another is given. */
export function storeDeps(clock: Clock = systemClock): Deps {
  return { ...testDeps(), clock };
}
