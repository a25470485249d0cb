// What is remembered of catalogs, schemas, tables, views and volumes beside their rows.

export interface ColumnDocument {
  readonly name: string;
  /** As DESCRIBE prints it. */
  readonly type: string;
  readonly nullable: boolean;
  readonly comment?: string | undefined;
  /** Text of the DEFAULT expression. */
  readonly default?: string | undefined;
  readonly tags?: Tags | undefined;
  /** What readers see in the place of its values: a function of it and of these other columns. */
  readonly mask?: Policy | undefined;
  /** Of a metric view: an aggregate, which only MEASURE reads. */
  readonly measure?: boolean | undefined;
}

export type Tags = Readonly<Record<string, string>>;

/** The function of a row filter or a column mask, by its full path, and the columns that it is given. */
export interface Policy {
  readonly function: readonly [catalog: string, schema: string, name: string];
  readonly columns: readonly string[];
}

interface Owned {
  readonly comment?: string | undefined;
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly tags?: Tags | undefined;
}

export interface CatalogDocument extends Owned {
  readonly id: string;
  readonly isolation?: string | undefined;
  readonly storageRoot?: string | undefined;
  /** Of a foreign catalog: its connection. */
  readonly connection?: string | undefined;
  /** Of a catalog that shows a share. */
  readonly share?: { readonly provider: string; readonly name: string } | undefined;
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
  /** Which rows readers see. */
  readonly rowFilter?: Policy | undefined;
  /** What a pipeline has made it. */
  readonly pipeline?: { readonly id: string; readonly type: "MATERIALIZED_VIEW" | "STREAMING_TABLE" } | undefined;
  /** The text of `view` is the YAML of a metric view. */
  readonly metric?: boolean | undefined;
  /** For a view: its query as typed, and where unqualified names in it are looked for. */
  readonly view?:
    { readonly text: string; readonly catalog: string; readonly schema: string; readonly names: boolean } | undefined;
}

export interface VolumeDocument extends Owned {
  readonly id: string;
  /** Of an external volume. */
  readonly location?: string | undefined;
}

export interface FunctionDocument extends Owned {
  readonly id: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly comment?: string | undefined;
  }[];
  readonly returns: string;
  /** The expression or query after RETURN, and where unqualified names in it are looked for. */
  readonly body: { readonly text: string; readonly catalog: string; readonly schema: string };
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
  readonly functions: ReadonlyMap<string, FunctionDocument>;
}

export interface CatalogNode {
  readonly document: CatalogDocument;
  readonly schemas: ReadonlyMap<string, SchemaNode>;
}

/** `catalog`, and no document of another kind, has neither schema nor name. */
export type DocumentKind = "catalog" | "schema" | "table" | "volume" | "function";

export interface DocumentKey {
  readonly kind: DocumentKind;
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}
