// OVER (...) in DuckDB's words.
import { invalidStatement } from "../faults.ts";
import { sameName } from "../names.ts";
import { types } from "../types.ts";
import type { Expression, FrameBound, FunctionCall, NamedWindow, Ordering, Window } from "../parse/ast.ts";
import { coerce, type Typed } from "./context.ts";
import { showExpression } from "./shown.ts";

type Inner = (part: Expression) => Typed;

/** One item of an ORDER BY, with the place of nulls always written: DuckDB's default differs. */
export function orderingSql({ descending, nullsFirst }: Omit<Ordering, "expression">, sql: string): string {
  return `${sql} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
}

/** ` OVER (...)`. A named window is written out in full. */
export function overSql(over: Window | string, named: readonly NamedWindow[], inner: Inner): string {
  const window = resolveWindow(over, named);
  checkRange(window);
  const { partition, order, frame } = window;
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

/** The frame that the warehouse gives a function, where a statement may write no other. */
const requiredFrames: Readonly<Record<string, string>> = {
  row_number: "ROWS",
  rank: "ROWS",
  dense_rank: "ROWS",
  percent_rank: "ROWS",
  ntile: "ROWS",
  cume_dist: "RANGE",
};

/** What the warehouse asks of the window of a function that exists only over one: an order, and no frame of its own. */
export function checkWindow(call: FunctionCall, over: Window | string, named: readonly NamedWindow[]): void {
  const { order, frame } = resolveWindow(over, named);
  const shown = `${call.name}(${call.args.map(showExpression).join(", ")})`;
  if (order.length === 0) {
    throw invalidStatement(
      "WINDOW_FUNCTION_FRAME_NOT_ORDERED",
      "42601",
      `Window function ${shown} requires window to be ordered, please add ORDER BY clause. For example SELECT ${shown} OVER (PARTITION BY window_partition ORDER BY window_ordering) from table.`,
    );
  }
  if (frame === undefined || call.name === "nth_value") return;
  const required = requiredFrames[call.name];
  if (required === frame.unit && frame.start.kind === "UNBOUNDED PRECEDING" && frame.end.kind === "CURRENT ROW") return;
  throw invalidStatement(
    "INVALID_WINDOW_FRAME",
    "42601",
    required === undefined
      ? `Cannot specify window frame for ${call.name} function.`
      : `The window frame of ${shown} must match the required frame ${required} BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW.`,
  );
}

function checkRange({ order, frame }: Window): void {
  if (frame?.unit !== "RANGE") return;
  const bounds = [frame.start, frame.end];
  const whole = frame.start.kind === "UNBOUNDED PRECEDING" && frame.end.kind === "UNBOUNDED FOLLOWING";
  if (order.length === 0 && !whole) {
    throw invalidStatement(
      "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER",
      "42K09",
      "A range window frame cannot be used in an unordered window specification.",
    );
  }
  if (order.length > 1 && bounds.some((each) => "offset" in each)) {
    throw invalidStatement(
      "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER",
      "42K09",
      "A range window frame with value boundaries cannot be used in a window specification with multiple order by expressions.",
    );
  }
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
