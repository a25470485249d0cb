// The kernel's one SQL session: opened at the first use, one statement at a time.
import type { SqlOptions, SqlSession, SqlTable } from "../sql/engine.ts";
import type { World } from "../world.ts";

export interface SqlAccess {
  /** Runs one statement. Throws SqlFault; an abort of the signal rejects at once. */
  query(statement: string, options: SqlOptions & { signal: AbortSignal }): Promise<SqlTable>;
  close(): Promise<void>;
}

export function createSqlAccess(world: World): SqlAccess {
  let session: Promise<SqlSession> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  return {
    query: (statement, options) => {
      const result = last.then(async () => {
        options.signal.throwIfAborted();
        session ??= open();
        return (await session).query(statement, options);
      });
      last = result.catch(() => undefined);
      return untilAborted(result, options.signal);
    },
    close: async () => {
      const opened = await session?.catch(() => undefined);
      await opened?.close();
    },
  };

  async function open(): Promise<SqlSession> {
    try {
      return await (await world.sql()).session();
    } catch (thrown) {
      session = undefined;
      throw thrown;
    }
  }
}

/** Waits for the value, or rejects as soon as the signal fires. */
export async function untilAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new DOMException("Cancelled", "AbortError"));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([value, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
