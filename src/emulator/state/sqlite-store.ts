// Documents by collection and id, as JSON in the workspace's database.
import type { Database } from "bun:sqlite";
import type { Collection, Store } from "./store.ts";

/** A store over an open database. `close` closes the database too. */
export function createStore(database: Database): Store {
  const collections = new Map<string, Collection<unknown>>();
  return {
    collection: <T>(name: string): Collection<T> => {
      const known = collections.get(name) ?? createCollection<unknown>(database, name);
      collections.set(name, known);
      return known as Collection<T>;
    },
    close: () => database.close(),
  };
}

function createCollection<T>(database: Database, name: string): Collection<T> {
  const one = database.query<{ body: string }, [string, string]>(
    "SELECT body FROM document WHERE collection = ? AND id = ?",
  );
  const every = database.query<{ body: string }, [string]>(
    "SELECT body FROM document WHERE collection = ? ORDER BY position",
  );
  const upsert = database.query<never, [string, string, string]>(
    "INSERT INTO document (collection, id, body) VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body",
  );
  const drop = database.query<never, [string, string]>("DELETE FROM document WHERE collection = ? AND id = ?");
  const dropAll = database.query<never, [string]>("DELETE FROM document WHERE collection = ?");
  return {
    get: (id) => {
      const row = one.get(name, id);
      return row === null ? undefined : (JSON.parse(row.body) as T);
    },
    put: (id, document) => void upsert.run(name, id, JSON.stringify(document)),
    delete: (id) => drop.run(name, id).changes > 0,
    all: () => every.all(name).map((row) => JSON.parse(row.body) as T),
    clear: () => void dropAll.run(name),
  };
}
