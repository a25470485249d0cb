// What the emulator remembers: documents by collection and id, on the disk, and the ids it gives out.

/** A named set of documents. Values are plain JSON; a returned document is a copy. */
export interface Collection<T> {
  get(id: string): T | undefined;
  put(id: string, document: T): void;
  delete(id: string): boolean;
  /** In order of first insertion. */
  all(): readonly T[];
  clear(): void;
}

export interface Store {
  collection<T>(name: string): Collection<T>;
  close(): void;
}

/** Numbers as digit strings: int64, and every third of them beyond 2^53, as real workspaces have them. */
export interface Ids {
  next(): string;
  /** A cluster id in the workspace's own form: `1121-015000-abcdefgh`. */
  cluster(): string;
  /** Lower-case hexadecimal of the given length. */
  hex(length: number): string;
}
