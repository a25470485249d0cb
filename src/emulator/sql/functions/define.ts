// How a supported function is declared: its names, what it takes, and what it becomes in DuckDB's words.
import { typeMismatch, unsupported, wrongArguments } from "../faults.ts";
import type { Context, Scope, Typed } from "../analyze/context.ts";
import { coerce } from "../analyze/context.ts";
import type { FunctionCall } from "../parse/ast.ts";
import { isNumeric, types, typeText, type DataType } from "../types.ts";

export type FunctionGroup =
  | "text"
  | "number"
  | "time"
  | "condition"
  | "collection"
  | "json"
  | "session"
  | "aggregate"
  | "window"
  | "generator"
  | "cast";

/** One call of a function, with its arguments analysed. */
export interface CallSite {
  readonly name: string;
  readonly shown: string;
  readonly args: readonly Typed[];
  readonly node: FunctionCall;
  readonly scope: Scope;
  readonly context: Context;
  /** DuckDB condition of FILTER. */
  readonly filter: string | undefined;
  /** ` OVER (...)`, or undefined. */
  readonly over: string | undefined;
}

export interface Made {
  readonly sql: string;
  readonly type: DataType;
  readonly volatile?: boolean;
}

export interface FunctionSpec {
  /** The first one is listed, the others are listed beside it. */
  readonly names: readonly string[];
  readonly group: FunctionGroup;
  readonly kind: "scalar" | "aggregate" | "window";
  /** For the document: `substring(text, from[, length])`. */
  readonly usage: string;
  readonly least: number;
  readonly most: number;
  readonly build: (site: CallSite) => Made;
}

export const S = types.string;
export const I = types.int;
export const L = types.long;
export const D = types.double;
export const B = types.boolean;

type Build = (...sql: readonly string[]) => string;

export interface Declaration {
  readonly names: string;
  readonly usage: string;
  readonly takes: readonly DataType[];
  readonly gives: DataType;
  /** How many of `takes` may be left out, from the end. */
  readonly optional?: number;
  readonly volatile?: boolean;
}

/** A scalar function with fixed types. */
export function fixed(group: FunctionGroup, declaration: Declaration, build: Build): FunctionSpec {
  const { takes, gives, optional = 0, volatile = false } = declaration;
  return {
    names: declaration.names.split(" "),
    group,
    kind: "scalar",
    usage: declaration.usage,
    least: takes.length - optional,
    most: takes.length,
    build: (site) => ({
      sql: build(...site.args.map((arg, index) => coerce(arg, takes[index] ?? S))),
      type: gives,
      volatile,
    }),
  };
}

interface Free {
  readonly names: string;
  readonly usage: string;
  readonly args: readonly [least: number, most: number];
}

/** A scalar function whose result type follows from its arguments. */
export function free(
  group: FunctionGroup,
  { names, usage, args }: Free,
  build: (site: CallSite) => Made,
): FunctionSpec {
  return { names: names.split(" "), group, kind: "scalar", usage, least: args[0], most: args[1], build };
}

export function aggregate({ names, usage, args }: Free, build: (site: CallSite) => Made): FunctionSpec {
  return {
    names: names.split(" "),
    group: "aggregate",
    kind: "aggregate",
    usage,
    least: args[0],
    most: args[1],
    build,
  };
}

export function windowed({ names, usage, args }: Free, build: (site: CallSite) => Made): FunctionSpec {
  return { names: names.split(" "), group: "window", kind: "window", usage, least: args[0], most: args[1], build };
}

export const many = 1_000;

/** Argument `index`. Throws WRONG_NUM_ARGS when it is missing. */
export function argument(site: CallSite, index: number): Typed {
  const found = site.args[index];
  if (found === undefined) throw wrongArguments(site.name, `at least ${index + 1}`, site.args.length);
  return found;
}

/** A literal text, which the function wants when the statement is read. Throws UNSUPPORTED_FEATURE otherwise. */
export function literalText(site: CallSite, index: number, what: string): string {
  const value = argument(site, index).literal?.value;
  if (typeof value === "string") return value;
  throw unsupported(`${what} of ${site.name} that is not a literal`);
}

/** A literal whole number. */
export function literalInteger(site: CallSite, index: number, what: string): number {
  const text = literalText(site, index, what);
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw typeMismatch(site.shown, `${what} must be a whole number`);
}

/** The type of an argument that must be a number; text and NULL count as DOUBLE. */
export function numeric(site: CallSite, piece: Typed): DataType {
  if (isNumeric(piece.type)) return piece.type;
  if (piece.type.kind === "string" || piece.type.kind === "null") return D;
  throw typeMismatch(site.shown, `a number is wanted, not "${typeText(piece.type)}"`);
}
