// OVER (...) in DuckDB's words.
import { invalidStatement } from "../faults.ts";
import { sameName } from "../names.ts";
import { types } from "../types.ts";
import type { Expression, FrameBound, NamedWindow, Ordering, Window } from "../parse/ast.ts";
import { coerce, type Typed } from "./context.ts";

type Inner = (part: Expression) => Typed;

/** One item of an ORDER BY, with the place of nulls always written: DuckDB's default differs. */
export function orderingSql({ descending, nullsFirst }: Omit<Ordering, "expression">, sql: string): string {
  return `${sql} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
}

/** ` OVER (...)`. A named window is written out in full. */
export function overSql(over: Window | string, named: readonly NamedWindow[], inner: Inner): string {
  const { partition, order, frame } = resolveWindow(over, named);
  const parts: string[] = [];
  if (partition.length > 0) parts.push(`PARTITION BY ${partition.map((each) => constantFree(inner(each))).join(", ")}`);
  if (order.length > 0)
    parts.push(`ORDER BY ${order.map((each) => orderingSql(each, constantFree(inner(each.expression)))).join(", ")}`);
  if (frame !== undefined)
    parts.push(`${frame.unit} BETWEEN ${bound(frame.start, inner)} AND ${bound(frame.end, inner)}`);
  return ` OVER (${parts.join(" ")})`;
}

/** A bare number would be taken for a position. */
function constantFree(piece: Typed): string {
  return piece.literal === undefined ? piece.sql : `(${piece.sql} || '')`;
}

function resolveWindow(over: Window | string, named: readonly NamedWindow[]): Window {
  const name = typeof over === "string" ? over : over.base;
  if (name === undefined) return over as Window;
  const base = named.find((each) => sameName(each.name, name));
  if (base === undefined)
    throw invalidStatement(
      "MISSING_WINDOW_SPECIFICATION",
      "42P20",
      `Window specification is not defined in the WINDOW clause for ${name}.`,
    );
  if (typeof over === "string") return resolveWindow(base.window, named);
  const resolved = resolveWindow(base.window, named);
  return {
    base: undefined,
    partition: over.partition.length > 0 ? over.partition : resolved.partition,
    order: over.order.length > 0 ? over.order : resolved.order,
    frame: over.frame ?? resolved.frame,
  };
}

function bound(at: FrameBound, inner: Inner): string {
  return "offset" in at ? `${coerce(inner(at.offset), types.int)} ${at.kind}` : at.kind;
}
