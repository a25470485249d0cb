// What SQL reaches beyond its catalogs: who may do what, and connections, are the workspace's to keep.

import type { Touched } from "./lineage.ts";
import type { Relation } from "./values-relation.ts";

/** An object that is granted on, by its type in lower case (`external_location`) and its full name. */
export interface GrantPlace {
  readonly type: string;
  readonly name: string;
}

export interface HeldGrant {
  readonly principal: string;
  readonly privilege: string;
  /** The object that it stands on: the one that was asked for, or one that this lies in. */
  readonly on: GrantPlace;
}

export interface NewConnection {
  readonly name: string;
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
  readonly comment: string | undefined;
}

/** Each throws SqlFault for what the workspace refuses. */
export interface Beyond {
  /** What holds on the object, also from what it lies in. */
  grants(on: GrantPlace): Promise<readonly HeldGrant[]>;
  changeGrants(
    on: GrantPlace,
    change: { readonly principal: string; readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<void>;
  createConnection(connection: NewConnection): Promise<void>;
  hasConnection(name: string): boolean;
  dropConnection(name: string): Promise<void>;
  /** A table of the catalog `system`; undefined where there is none of that name. */
  systemTable(schema: string, table: string): Relation | undefined;
  /** What a statement that succeeded has read and written. */
  touched(touched: Touched): void;
  /** The text of a secret. */
  secret(scope: string, key: string): string;
}
