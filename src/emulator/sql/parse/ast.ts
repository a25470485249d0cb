// What the parser makes of a query: expressions, relations, selects. Statements are in `statements.ts`.
import type { DataType } from "../types.ts";

export type Expression =
  | Literal
  | { readonly node: "interval"; readonly parts: readonly IntervalPart[] }
  | ColumnReference
  | Star
  | FunctionCall
  | { readonly node: "unary"; readonly operator: "-" | "+" | "~" | "NOT"; readonly operand: Expression }
  | {
      readonly node: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly node: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    }
  | {
      readonly node: "inList";
      readonly operand: Expression;
      readonly items: readonly Expression[];
      readonly negated: boolean;
    }
  | { readonly node: "inQuery"; readonly operand: Expression; readonly query: Query; readonly negated: boolean }
  | Like
  | {
      readonly node: "is";
      readonly operand: Expression;
      readonly what: "NULL" | "TRUE" | "FALSE";
      readonly negated: boolean;
    }
  | {
      readonly node: "case";
      readonly operand: Expression | undefined;
      readonly branches: readonly Branch[];
      readonly otherwise: Expression | undefined;
    }
  | Cast
  | { readonly node: "scalarQuery"; readonly query: Query }
  | { readonly node: "exists"; readonly query: Query }
  | { readonly node: "index"; readonly operand: Expression; readonly index: Expression }
  | { readonly node: "field"; readonly operand: Expression; readonly name: string }
  | Lambda
  | { readonly node: "extract"; readonly unit: string; readonly operand: Expression };

/** A literal with its type. `value` is digits for numbers, text for strings, dates and timestamps, hexadecimal for binary. */
export interface Literal {
  readonly node: "literal";
  readonly type: DataType;
  readonly value: string | boolean | null;
}
export interface Cast {
  readonly node: "cast";
  readonly operand: Expression;
  readonly type: DataType;
  readonly safe: boolean;
  /** Set for a literal such as DATE '2024-01-01', which is a cast underneath. */
  readonly written?: string;
}
export interface IntervalPart {
  readonly amount: Expression;
  readonly unit: IntervalUnit;
}
export type IntervalUnit =
  "YEAR" | "MONTH" | "WEEK" | "DAY" | "HOUR" | "MINUTE" | "SECOND" | "MILLISECOND" | "MICROSECOND";
export interface ColumnReference {
  readonly node: "column";
  readonly parts: readonly string[];
}
export interface Star {
  readonly node: "star";
  readonly qualifier: readonly string[];
  readonly except: readonly string[];
}
export interface FunctionCall {
  readonly node: "call";
  readonly name: string;
  /** Set where the function is named with its schema; `name` is its last part. */
  readonly path?: readonly string[] | undefined;
  readonly args: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Expression | undefined;
  readonly over?: Window | string | undefined;
  readonly ignoreNulls?: boolean | undefined;
  /** WITHIN GROUP (ORDER BY ...). */
  readonly withinGroup?: readonly Ordering[] | undefined;
}
export type BinaryOperator =
  | "OR"
  | "AND"
  | "="
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "<=>"
  | "IS DISTINCT FROM"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "DIV"
  | "||"
  | "&"
  | "|"
  | "^";
export interface Like {
  readonly node: "like";
  readonly how: "LIKE" | "ILIKE" | "RLIKE";
  readonly operand: Expression;
  readonly patterns: readonly Expression[];
  /** Set when several patterns are given. */
  readonly quantifier: "ANY" | "ALL" | undefined;
  readonly escape: string | undefined;
  readonly negated: boolean;
}
export interface Branch {
  readonly when: Expression;
  readonly result: Expression;
}
export interface Lambda {
  readonly node: "lambda";
  readonly parameters: readonly string[];
  readonly body: Expression;
}
export interface Window {
  readonly base: string | undefined;
  readonly partition: readonly Expression[];
  readonly order: readonly Ordering[];
  readonly frame: Frame | undefined;
}
export interface Frame {
  readonly unit: "ROWS" | "RANGE";
  readonly start: FrameBound;
  readonly end: FrameBound;
}
export type FrameBound =
  | { readonly kind: "UNBOUNDED PRECEDING" | "UNBOUNDED FOLLOWING" | "CURRENT ROW" }
  | { readonly kind: "PRECEDING" | "FOLLOWING"; readonly offset: Expression };
export interface Ordering {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Query {
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  /** `ORDER BY ALL` is every output column. */
  readonly order:
    readonly Ordering[] | { readonly all: true; readonly descending: boolean; readonly nullsFirst: boolean };
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}
export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
}
export type QueryBody =
  | Select
  | {
      readonly node: "set";
      readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
      readonly all: boolean;
      readonly left: QueryBody;
      readonly right: QueryBody;
    }
  | { readonly node: "values"; readonly rows: readonly (readonly Expression[])[] }
  | { readonly node: "table"; readonly name: TableName }
  | { readonly node: "nested"; readonly query: Query };

export interface Select {
  readonly node: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly Relation[];
  readonly views: readonly LateralView[];
  readonly where: Expression | undefined;
  readonly group: Grouping | undefined;
  readonly having: Expression | undefined;
  readonly qualify: Expression | undefined;
  readonly windows: readonly NamedWindow[];
}
export interface NamedWindow {
  readonly name: string;
  readonly window: Window;
}
export interface SelectItem {
  readonly expression: Expression;
  /** One name, or several for a generator with several columns. */
  readonly aliases: readonly string[];
}
export interface Grouping {
  readonly kind: "list" | "all" | "rollup" | "cube" | "sets";
  readonly expressions: readonly Expression[];
  /** For GROUPING SETS: positions in `expressions`. */
  readonly sets: readonly (readonly Expression[])[];
}
export interface LateralView {
  readonly call: FunctionCall;
  readonly outer: boolean;
  readonly alias: string;
  readonly columns: readonly string[];
}
export type TableName = readonly string[];
export interface Alias {
  readonly name: string | undefined;
  readonly columns: readonly string[];
}
export type JoinKind = "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | "LEFT SEMI" | "LEFT ANTI";
export type Relation =
  | { readonly node: "named"; readonly name: TableName; readonly alias: Alias }
  | { readonly node: "derived"; readonly query: Query; readonly alias: Alias; readonly lateral: boolean }
  | { readonly node: "inline"; readonly rows: readonly (readonly Expression[])[]; readonly alias: Alias }
  | { readonly node: "function"; readonly call: FunctionCall; readonly alias: Alias; readonly lateral: boolean }
  | { readonly node: "grouped"; readonly relation: Relation; readonly alias: Alias }
  | Pivot
  | Unpivot
  | Join;
export interface PivotItem {
  readonly expression: Expression;
  readonly name: string | undefined;
}
export interface Pivot {
  readonly node: "pivot";
  readonly relation: Relation;
  readonly aggregates: readonly PivotItem[];
  readonly columns: readonly Expression[];
  readonly values: readonly PivotItem[];
  readonly alias: string | undefined;
}
export interface Unpivot {
  readonly node: "unpivot";
  readonly relation: Relation;
  readonly value: string;
  readonly name: string;
  readonly columns: readonly PivotItem[];
  /** Rows whose value is NULL are kept. */
  readonly nulls: boolean;
  readonly alias: string | undefined;
}
export interface Join {
  readonly node: "join";
  readonly kind: JoinKind;
  readonly natural: boolean;
  readonly left: Relation;
  readonly right: Relation;
  readonly on: Expression | undefined;
  readonly using: readonly string[];
}
