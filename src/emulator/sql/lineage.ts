// What a statement read and wrote: noted on the way, whoever runs at the same time.
import { AsyncLocalStorage } from "node:async_hooks";

type Path = readonly [catalog: string, schema: string, table: string];

export interface Touched {
  /** Full names of tables and views that the statement itself names. */
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

interface Noting {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

const running = new AsyncLocalStorage<Noting>();

/** Runs `work`, and gives with its result what it touched. */
export async function touching<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly touched: Touched }> {
  const touched: Noting = { reads: new Set(), writes: new Set() };
  const result = await running.run(touched, work);
  return { result, touched };
}

export function noteRead(path: Path): void {
  running.getStore()?.reads.add(path.join("."));
}

export function noteWrite(path: Path): void {
  running.getStore()?.writes.add(path.join("."));
}
