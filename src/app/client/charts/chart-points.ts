// A spec's rows as the points that are drawn: in order of the x axis, and as many as a chart can show. What was left out is said.
import type { ChartSpec } from "../../contract/api.ts";
import { cellText, type ColumnKind, numberOf, timeOf } from "../tables/cell-value.ts";
import { kindsOf } from "./chart-spec.ts";

/** `x` is a number (also milliseconds) on a scaled axis, else a label; `s0`, `s1`… are the series, so that no name is a path. */
export interface Point {
  readonly x: number | string;
  readonly [series: `s${number}`]: number | null;
}

export interface Points {
  readonly points: readonly Point[];
  /** What the x axis is: labels in their order, numbers or moments on a scale. */
  readonly axis: "label" | "number" | "time";
  /** Of `spec.y`, in the same order as `s0`, `s1`… */
  readonly series: readonly string[];
  /** What is not shown as it is, in a sentence. */
  readonly note?: string;
}

const maxLabels = 100;
const maxDots = 2000;
const buckets = 500;
const maxSlices = 12;

/** Rows that have no x on a scaled axis are left out. */
export function pointsOf(spec: ChartSpec): Points {
  const xAt = spec.columns.indexOf(spec.x);
  const yAt = spec.y.map((name) => spec.columns.indexOf(name));
  const xKind = kindsOf(spec)[xAt] ?? "text";
  const axis = axisOf(spec.type, xKind);
  const all: Point[] = [];
  for (const row of spec.rows) {
    const x = xOf(row[xAt], axis);
    if (x === undefined) continue;
    all.push({ x, ...Object.fromEntries(yAt.map((at, index) => [`s${index}`, numberOf(row[at]) ?? null])) });
  }
  const lost = spec.rows.length - all.length;
  const kept = keptOf(spec.type, axis, sorted(all, axis));
  const notes = [kept.note, lost > 0 ? `${lost} rows without a value for "${spec.x}" are left out.` : undefined];
  const note = notes.filter((one) => one !== undefined).join(" ");
  return { points: kept.points, axis, series: spec.y, ...(note === "" ? {} : { note }) };
}

function axisOf(type: ChartSpec["type"], kind: ColumnKind): Points["axis"] {
  if (type === "bar" || type === "pie") return "label";
  if (kind === "time") return "time";
  return kind === "number" ? "number" : "label";
}

function xOf(value: unknown, axis: Points["axis"]): number | string | undefined {
  if (axis === "time") return timeOf(value);
  if (axis === "number") return numberOf(value);
  return value === null || value === "" ? "(none)" : cellText(value);
}

function sorted(points: Point[], axis: Points["axis"]): readonly Point[] {
  return axis === "label" ? points : points.toSorted((one, other) => Number(one.x) - Number(other.x));
}

interface Kept {
  readonly points: readonly Point[];
  readonly note?: string;
}

const count = new Intl.NumberFormat("en");

function keptOf(type: ChartSpec["type"], axis: Points["axis"], points: readonly Point[]): Kept {
  const of = `of ${count.format(points.length)}`;
  if (type === "pie") return slicesOf(points);
  if (type === "bar" && points.length > maxLabels)
    return { points: points.slice(0, maxLabels), note: `The first ${maxLabels} ${of} bars are shown.` };
  if (type === "scatter" && points.length > maxDots)
    return { points: evenly(points, maxDots), note: `${count.format(maxDots)} ${of} points are shown, evenly chosen.` };
  if ((type === "line" || type === "area") && points.length > buckets * 2) {
    const drawn = extremes(points, buckets);
    const means = axis === "label" ? "" : ", with every peak and trough of the first series";
    return { points: drawn, note: `${count.format(drawn.length)} ${of} points are shown${means}.` };
  }
  return { points };
}

function evenly(points: readonly Point[], size: number): Point[] {
  const step = (points.length - 1) / (size - 1);
  return Array.from({ length: size }, (_, at) => points[Math.round(at * step)]).filter((one) => one !== undefined);
}

/** Of each of so many parts the lowest and the highest point, in their order: a line through them keeps its shape. */
function extremes(points: readonly Point[], parts: number): Point[] {
  const size = points.length / parts;
  const chosen = new Set<Point>();
  for (let part = 0; part < parts; part += 1) {
    const bucket = points.slice(Math.floor(part * size), Math.floor((part + 1) * size));
    const known = bucket.filter(({ s0 }) => s0 !== null && s0 !== undefined);
    const [first] = known.length === 0 ? bucket : known;
    if (first === undefined) continue;
    const low = known.reduce((best, one) => ((one.s0 ?? 0) < (best.s0 ?? 0) ? one : best), first);
    const high = known.reduce((best, one) => ((one.s0 ?? 0) > (best.s0 ?? 0) ? one : best), first);
    chosen.add(low).add(high);
  }
  return points.filter((point) => chosen.has(point));
}

/** One slice a label, the largest first; the small ones together as "Other". A slice cannot be negative. */
function slicesOf(points: readonly Point[]): Kept {
  const sums = new Map<string, number>();
  let negative = 0;
  for (const { x, s0 } of points) {
    if (s0 === null || s0 === undefined) continue;
    if (s0 < 0) negative += 1;
    else sums.set(String(x), (sums.get(String(x)) ?? 0) + s0);
  }
  const slices = [...sums]
    .map(([x, s0]): Point => ({ x, s0 }))
    .toSorted((one, other) => (other.s0 ?? 0) - (one.s0 ?? 0));
  const notes: string[] = negative > 0 ? [`${negative} negative values cannot be slices and are left out.`] : [];
  if (slices.length <= maxSlices) return { points: slices, ...(notes.length === 0 ? {} : { note: notes.join(" ") }) };
  const rest = slices.slice(maxSlices - 1);
  const other: Point = { x: "Other", s0: rest.reduce((sum, { s0 }) => sum + (s0 ?? 0), 0) };
  notes.unshift(`"Other" is the sum of the ${count.format(rest.length)} smallest.`);
  return { points: [...slices.slice(0, maxSlices - 1), other], note: notes.join(" ") };
}
