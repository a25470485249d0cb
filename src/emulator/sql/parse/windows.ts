// Reads OVER, named windows, frames, and the items of ORDER BY.
import { unsupported } from "../faults.ts";
import type { Frame, FrameBound, Ordering, Window } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";

/** One item of ORDER BY. Without NULLS the warehouse puts nulls first when ascending, last when descending. */
export function parseOrdering(cursor: Cursor): Ordering {
  const expression = parseExpression(cursor);
  return { expression, ...parseDirection(cursor) };
}

export function parseDirection(cursor: Cursor): { descending: boolean; nullsFirst: boolean } {
  const descending = cursor.accept("DESC");
  if (!descending) cursor.accept("ASC");
  if (!cursor.accept("NULLS")) return { descending, nullsFirst: !descending };
  if (cursor.accept("FIRST")) return { descending, nullsFirst: true };
  cursor.expect("LAST");
  return { descending, nullsFirst: false };
}

/** After OVER: a window's name or its definition. */
export function parseOver(cursor: Cursor): Window | string {
  return cursor.at("(") ? parseWindow(cursor) : cursor.name();
}

export function parseWindow(cursor: Cursor): Window {
  cursor.expect("(");
  const starts = ["PARTITION", "DISTRIBUTE", "ORDER", "SORT", "ROWS", "RANGE", ")"];
  const base = cursor.atAny(...starts) ? undefined : cursor.name();
  const partition =
    cursor.accept("PARTITION", "BY") || cursor.accept("DISTRIBUTE", "BY")
      ? cursor.list(() => parseExpression(cursor))
      : [];
  const order =
    cursor.accept("ORDER", "BY") || cursor.accept("SORT", "BY") ? cursor.list(() => parseOrdering(cursor)) : [];
  const frame = parseFrame(cursor);
  cursor.expect(")");
  return { base, partition, order, frame };
}

function parseFrame(cursor: Cursor): Frame | undefined {
  const unit = (["ROWS", "RANGE"] as const).find((word) => cursor.at(word));
  if (unit === undefined) return undefined;
  cursor.next();
  if (!cursor.accept("BETWEEN")) return { unit, start: parseBound(cursor), end: { kind: "CURRENT ROW" } };
  const start = parseBound(cursor);
  cursor.expect("AND");
  return { unit, start, end: parseBound(cursor) };
}

function parseBound(cursor: Cursor): FrameBound {
  if (cursor.accept("CURRENT", "ROW")) return { kind: "CURRENT ROW" };
  if (cursor.accept("UNBOUNDED", "PRECEDING")) return { kind: "UNBOUNDED PRECEDING" };
  if (cursor.accept("UNBOUNDED", "FOLLOWING")) return { kind: "UNBOUNDED FOLLOWING" };
  const offset = parseExpression(cursor);
  if (offset.node === "interval") throw unsupported("INTERVAL in a window frame");
  if (cursor.accept("PRECEDING")) return { kind: "PRECEDING", offset };
  cursor.expect("FOLLOWING");
  return { kind: "FOLLOWING", offset };
}
