// The rows of a table in the order and the part in which they are shown.
import { type ColumnKind, columnKind, compareValues } from "./cell-value.ts";

export interface TableColumn {
  readonly name: string;
  readonly type?: string;
  readonly kind: ColumnKind;
}

export interface SortOrder {
  readonly column: number;
  readonly direction: "ascending" | "descending";
}

type Rows = readonly (readonly unknown[])[];

const pageCells = 20_000;

/** How many rows a page has: a hundred, fewer where the table is so wide that the browser would halt. */
export function pageRows(columns: number): number {
  return Math.max(10, Math.min(100, Math.floor(pageCells / Math.max(1, columns))));
}

/** Columns given as names or with their types, each with its kind. */
export function tableColumns(
  columns: readonly { readonly name: string; readonly type?: string }[] | readonly string[],
  rows: Rows,
): readonly TableColumn[] {
  return columns.map((column, at) => {
    const named = typeof column === "string" ? { name: column } : column;
    return {
      ...named,
      kind: columnKind(
        named.type,
        rows.slice(0, 500).map((row) => row[at]),
      ),
    };
  });
}

/** The rows in order; nulls are last either way, and rows that are alike keep their order. */
export function sortRows(rows: Rows, kinds: readonly ColumnKind[], order: SortOrder | undefined): Rows {
  if (order === undefined) return rows;
  const { column, direction } = order;
  const kind = kinds[column] ?? "text";
  const sign = direction === "ascending" ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [left, right] = [one[column] ?? null, other[column] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compareValues(left, right, kind);
  });
}

/** A column's next order when its header is pressed: up, down, as it came. */
export function nextOrder(order: SortOrder | undefined, column: number): SortOrder | undefined {
  if (order?.column !== column) return { column, direction: "ascending" };
  return order.direction === "ascending" ? { column, direction: "descending" } : undefined;
}

/** Where a key leads from a cell of a page; undefined for a key that leads nowhere. */
export function cellAfter(
  key: string,
  at: { readonly row: number; readonly column: number },
  size: { readonly rows: number; readonly columns: number },
): { readonly row: number; readonly column: number } | undefined {
  const bound = (value: number, count: number) => Math.max(0, Math.min(value, count - 1));
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    PageDown: [10, 0],
    PageUp: [-10, 0],
    Home: [0, -size.columns],
    End: [0, size.columns],
  };
  const move = moves[key];
  if (move === undefined) return undefined;
  return { row: bound(at.row + move[0], size.rows), column: bound(at.column + move[1], size.columns) };
}
