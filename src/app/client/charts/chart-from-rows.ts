// Guesses the chart that a person would most likely draw of these rows; every choice can be changed in the chart.
import type { ChartSpec } from "../../contract/api.ts";
import { cellText, type ColumnKind, columnKind, numberOf } from "../tables/cell-value.ts";
import { maxSeries } from "./chart-spec.ts";

type Value = string | number | boolean | null;

interface Column {
  readonly name: string;
  readonly at: number;
  readonly kind: ColumnKind;
}

const maxRows = 5000;

/**
 * Time on the x axis makes a line, names make bars, two names and one amount make stacked bars, numbers alone a scatter. Undefined
 * where there is nothing to draw.
 */
export function chartFromRows(
  columns: readonly { readonly name: string; readonly type?: string }[] | readonly string[],
  rows: readonly (readonly unknown[])[],
): ChartSpec | undefined {
  const taken = rows.slice(0, maxRows).map((row) => row.map(chartValue));
  if (taken.length === 0) return undefined;
  const kinds = unlike(columns).map(({ name, type }, at): Column => ({
    name,
    at,
    kind: columnKind(
      type,
      taken.map((row) => row[at]),
    ),
  }));
  const names = kinds.map(({ name }) => name);
  const amounts = amountsOf(kinds);
  const first = amounts[0];
  if (first === undefined) return countsOf(kinds, taken);
  const moment = kinds.find(({ kind, name }) => kind === "time" || (kind === "number" && isPeriod(name)));
  const labels = kinds.filter(({ kind }) => kind === "text" || kind === "boolean");
  const y = alike(
    amounts.filter((column) => column !== moment),
    taken,
  );
  const base = { columns: names, rows: taken };
  const [label, second] = labels;
  if (moment !== undefined && y.length > 0) {
    const wide = label === undefined ? undefined : spread(taken, { x: moment, series: label, amount: first });
    if (wide !== undefined) return { type: "line", ...wide };
    return { type: "line", ...base, x: moment.name, y };
  }
  if (label !== undefined && second !== undefined) {
    const wide = spread(taken, { x: label, series: second, amount: first });
    if (wide !== undefined) return { type: "bar", ...wide, stacked: true };
  }
  if (label !== undefined) return { type: "bar", ...base, x: label.name, y };
  const [only] = taken;
  if (only !== undefined && taken.length === 1) return oneRow(amounts, only);
  const [one, other] = amounts;
  if (one !== undefined && other !== undefined) return { type: "scatter", ...base, x: one.name, y: [other.name] };
  const id = kinds.find((column) => column !== first);
  if (id !== undefined) return { type: "bar", ...base, x: id.name, y: [first.name] };
  return {
    type: "bar",
    columns: ["row", ...names],
    rows: taken.map((row, at) => [at + 1, ...row]),
    x: "row",
    y: [first.name],
  };
}

/** The amounts of a single row beside each other. */
function oneRow(amounts: readonly Column[], row: readonly Value[]): ChartSpec {
  return {
    type: "bar",
    columns: ["column", "value"],
    rows: amounts.map(({ name, at }) => [name, row[at] ?? null]),
    x: "column",
    y: ["value"],
  };
}

/** Columns of one name are told apart, since a spec names its columns. */
function unlike(
  columns: readonly { readonly name: string; readonly type?: string }[] | readonly string[],
): { name: string; type: string | undefined }[] {
  const seen = new Map<string, number>();
  return columns.map((column) => {
    const { name, type } = typeof column === "string" ? { name: column, type: undefined } : column;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { name: times === 1 ? name : `${name} (${times})`, type };
  });
}

function chartValue(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  return cellText(value);
}

const isPeriod = (name: string) =>
  /^(?:year|month|week|day|hour|quarter|minute)(?:_?(?:number|no|of_\w+))?$/i.test(name);
const isKey = (name: string) =>
  /(?:^|_)(?:id|key|code|zip|postcode|pin|lat|lon|lng|latitude|longitude)$/i.test(name) || /[a-z]Id$/.test(name);

/** Columns that are measured: numbers that are neither keys nor periods; keys only where there is nothing else. */
function amountsOf(columns: readonly Column[]): readonly Column[] {
  return columns.filter(({ kind, name }) => kind === "number" && !isKey(name) && !isPeriod(name));
}

/** As many of the columns as one axis can show: those within a factor of 200 of the first. */
function alike(columns: readonly Column[], rows: readonly (readonly Value[])[]): readonly string[] {
  const [first] = columns;
  if (first === undefined) return [];
  const base = largest(first, rows);
  const near = columns.filter((column) => {
    const size = largest(column, rows);
    return column === first || base === 0 || size === 0 || (size / base < 200 && base / size < 200);
  });
  return near.slice(0, 5).map(({ name }) => name);
}

function largest({ at }: Column, rows: readonly (readonly Value[])[]): number {
  return rows.reduce((most, row) => Math.max(most, Math.abs(numberOf(row[at]) ?? 0)), 0);
}

interface Axes {
  readonly x: Column;
  readonly series: Column;
  readonly amount: Column;
}

/** Long rows made wide, one column a series; undefined where a place would have two values or there are too many series, or one. */
function spread(
  rows: readonly (readonly Value[])[],
  { x, series, amount }: Axes,
): Pick<ChartSpec, "columns" | "rows" | "x" | "y"> | undefined {
  const places = new Map<string, { x: Value; amounts: Map<string, Value> }>();
  const names = new Set<string>();
  for (const row of rows) {
    const name = cellText(row[series.at]) || "(none)";
    const place = places.get(cellText(row[x.at])) ?? { x: row[x.at] ?? null, amounts: new Map<string, Value>() };
    if (place.amounts.has(name)) return undefined;
    place.amounts.set(name, row[amount.at] ?? null);
    places.set(cellText(row[x.at]), place);
    if (names.add(name).size > maxSeries) return undefined;
  }
  if (names.size < 2 || names.has(x.name) || places.size === rows.length) return undefined;
  const wide = [...places.values()].map((place) => [
    place.x,
    ...[...names].map((name) => place.amounts.get(name) ?? null),
  ]);
  return { columns: [x.name, ...names], rows: wide, x: x.name, y: [...names] };
}

/** Without any amount: how often each name comes, where names repeat. */
function countsOf(columns: readonly Column[], rows: readonly (readonly Value[])[]): ChartSpec | undefined {
  for (const { at, name, kind } of columns) {
    if (kind !== "text" && kind !== "boolean") continue;
    const counts = new Map<string, number>();
    for (const row of rows) {
      const label = cellText(row[at]) || "(none)";
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    if (counts.size > 50 || counts.size === rows.length) continue;
    const sorted = [...counts].toSorted((one, other) => other[1] - one[1]);
    return { type: "bar", columns: [name, "count of rows"], rows: sorted, x: name, y: ["count of rows"] };
  }
  return undefined;
}
