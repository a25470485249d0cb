// What analysis knows: the scope of names, the session, and a typed piece of DuckDB SQL as its result.
import { typeMismatch } from "../faults.ts";
import { castSql } from "../casts.ts";
import { converts } from "../coercion.ts";
import { sameType, typeText, type DataType } from "../types.ts";
import type { FunctionDocument } from "../catalog-documents.ts";
import type { MetricDefinition } from "../metric-definition.ts";
import type { Query } from "../parse/ast.ts";
import type { Literal, NamedWindow } from "../parse/ast.ts";

/** An expression in DuckDB's words, with its type in Databricks' words. */
export interface Typed {
  readonly sql: string;
  readonly type: DataType;
  /** As the warehouse would name a column of it, and as messages show it. */
  readonly shown: string;
  /** It holds an aggregate that is not over a window. */
  readonly aggregate: boolean;
  /** Two evaluations may differ: rand(), uuid(). */
  readonly volatile: boolean;
  /** Set for a literal, where a function wants its value when the statement is read. */
  readonly literal?: Literal | undefined;
  /** Set for what only certain functions understand: a lambda that was not applied yet. */
  readonly lambda?: LambdaSource | undefined;
}

export interface LambdaSource {
  /** Analyses the body with parameters of these types: their DuckDB names and the body. */
  apply(given: readonly LambdaParameter[]): { readonly names: readonly string[]; readonly body: Typed };
  readonly arity: number;
}

export interface LambdaParameter {
  readonly type: DataType;
  /** How the body reads the parameter, where its bare DuckDB name is not it. */
  readonly read?: (name: string) => string;
}

export interface ScopeColumn {
  readonly name: string;
  readonly type: DataType;
  /** DuckDB expression that reads it. */
  readonly sql: string;
  /** Names that may stand before it: `["main", "default", "t"]`, or an alias alone. */
  readonly qualifier: readonly string[];
  /** Found only with its qualifier, and left out of `*`: the sides of a USING join. */
  readonly hidden?: boolean;
  readonly aggregate?: boolean;
  /** An aggregate of a metric view, which only MEASURE reads. */
  readonly measure?: boolean;
  /** An alias of a value that changes at each look: a second look would give another value. */
  readonly unstable?: boolean;
}

export interface Scope {
  readonly columns: readonly ScopeColumn[];
  /** Where a name is looked for when it is not here: the query around, or aliases of the select. */
  readonly parent: Scope | undefined;
}

export const emptyScope: Scope = { columns: [], parent: undefined };

export interface OutputColumn {
  readonly name: string;
  readonly type: DataType;
}

/** A query in DuckDB's words. Its columns are called c0, c1, ... whatever they are named outside. */
export interface TypedQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
  /** It ends in ORDER BY or LIMIT. */
  readonly ordered: boolean;
}

export type FoundTable =
  | {
      readonly kind: "table";
      readonly sql: string;
      readonly columns: readonly OutputColumn[];
      readonly path: readonly string[];
    }
  | {
      readonly kind: "view";
      readonly query: Query;
      /** Column names, where the view gives its own. */
      readonly names: readonly string[];
      readonly path: readonly string[];
      /** The context that the view was made in. */
      readonly within: Context;
    }
  | {
      readonly kind: "metric";
      readonly definition: MetricDefinition;
      readonly path: readonly string[];
      readonly within: Context;
    };

/** A function in a schema, and the context that it was made in. */
export interface FoundRoutine {
  readonly document: FunctionDocument;
  readonly path: readonly string[];
  readonly within: Context;
}

export interface CommonTableScope {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

export interface Context {
  readonly catalog: string;
  readonly schema: string;
  readonly user: string;
  readonly common: ReadonlyMap<string, CommonTableScope>;
  /** Finds a table or view. Throws TABLE_OR_VIEW_NOT_FOUND. */
  find(name: readonly string[]): FoundTable;
  /** Finds a function in a schema, by one to three parts. */
  routine(name: readonly string[]): FoundRoutine | undefined;
  /** A number that no other piece of this statement has. */
  unique(): number;
  /** Windows that the select around names. */
  readonly windows: readonly NamedWindow[];
  /** How many views deep this is: a chain of views that comes back to itself ends here. */
  readonly depth: number;
}

interface Parts {
  readonly sql: string;
  readonly type: DataType;
  readonly shown: string;
  readonly volatile?: boolean;
}

/** A piece made of others: aggregate and volatile where one of them is. */
export function combine(from: readonly Typed[], parts: Parts): Typed {
  return {
    sql: parts.sql,
    type: parts.type,
    shown: parts.shown,
    aggregate: from.some((piece) => piece.aggregate),
    volatile: parts.volatile === true || from.some((piece) => piece.volatile),
  };
}

/** The SQL of `piece` brought to `type` without being asked. Throws DATATYPE_MISMATCH when it may not. */
export function coerce(piece: Typed, type: DataType): string {
  if (sameType(piece.type, type)) return piece.sql;
  if (!converts(piece.type, type)) {
    throw typeMismatch(
      piece.shown,
      `the value has the type "${typeText(piece.type)}" where "${typeText(type)}" is wanted`,
    );
  }
  return castSql({ sql: piece.sql, from: piece.type, to: type, shown: piece.shown });
}
