// Lists that come in pages: followed to the end, or cut at a limit and said to be cut.
import type { CallOptions } from "./client.ts";

export interface ListOptions extends CallOptions {
  /** At most this many items; everything when absent. */
  readonly limit?: number | undefined;
}

export interface Listing<T> {
  readonly items: readonly T[];
  /** True when `limit` cut the list: there is at least one more item. */
  readonly truncated: boolean;
}
