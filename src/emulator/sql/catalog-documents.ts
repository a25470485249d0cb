// What is remembered of catalogs, schemas, tables, views and volumes beside their rows.

export interface ColumnDocument {
  readonly name: string;
  /** As DESCRIBE prints it. */
  readonly type: string;
  readonly nullable: boolean;
  readonly comment?: string | undefined;
  /** Text of the DEFAULT expression. */
  readonly default?: string | undefined;
}

interface Owned {
  readonly comment?: string | undefined;
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly properties: Readonly<Record<string, string>>;
}

export interface CatalogDocument extends Owned {
  readonly id: string;
}

export interface SchemaDocument extends Owned {
  readonly id: string;
}

export interface TableDocument extends Owned {
  readonly id: string;
  readonly kind: "table" | "view";
  readonly columns: readonly ColumnDocument[];
  readonly partitionedBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly constraints: readonly string[];
  /** For a view: its query as typed, and where unqualified names in it are looked for. */
  readonly view?:
    { readonly text: string; readonly catalog: string; readonly schema: string; readonly names: boolean } | undefined;
}

export interface VolumeDocument extends Owned {
  readonly id: string;
}

export interface HistoryEntry {
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly user: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, string>>;
}

export interface SchemaNode {
  readonly document: SchemaDocument;
  readonly tables: ReadonlyMap<string, TableDocument>;
  readonly volumes: ReadonlyMap<string, VolumeDocument>;
}

export interface CatalogNode {
  readonly document: CatalogDocument;
  readonly schemas: ReadonlyMap<string, SchemaNode>;
}

/** `catalog`, and no document of another kind, has neither schema nor name. */
export type DocumentKind = "catalog" | "schema" | "table" | "volume";

export interface DocumentKey {
  readonly kind: DocumentKind;
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}
