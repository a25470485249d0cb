// What several answers of the model have used, as one: the client sees one message, and pays for all of it.
import { isObject } from "../../platform/json.ts";

export type Usage = Readonly<Record<string, unknown>>;

/** Adds counts, also those of nested objects; of what is no count the later value stays. */
export function addUsage(first: Usage | undefined, second: Usage): Usage {
  if (first === undefined) return second;
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries([...names].map((name) => [name, sum(first[name], second[name])]));
}

function sum(one: unknown, other: unknown): unknown {
  if (typeof one === "number" && typeof other === "number") return one + other;
  if (Array.isArray(one) && Array.isArray(other)) return [...(one as unknown[]), ...(other as unknown[])];
  if (isObject(one) && isObject(other)) return addUsage(one, other);
  return other ?? one;
}

/** What one answer of a stream has used: its end tells the totals of what its start has told. */
export function laterUsage(start: unknown, end: unknown): Usage {
  const known = isObject(start) ? start : {};
  const told = isObject(end) ? Object.entries(end).filter(([, value]) => value !== null) : [];
  return { ...known, ...Object.fromEntries(told) };
}
