// Columns of a row as values: both databases give texts, Postgres gives 64-bit integers as texts too.
import { tryJson } from "../../platform/json.ts";
import type { Row } from "./database.ts";

export function textOf(row: Row, name: string): string {
  const value = row[name];
  return typeof value === "string" ? value : "";
}

export function textOrNull(row: Row, name: string): string | null {
  const value = row[name];
  return typeof value === "string" ? value : null;
}

export function numberOf(row: Row, name: string): number {
  return numberOrNull(row, name) ?? 0;
}

export function numberOrNull(row: Row, name: string): number | null {
  const value = row[name];
  if (value === null || value === undefined) return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

/** Flags are kept as 0 and 1. */
export const flagOf = (row: Row, name: string): boolean => numberOf(row, name) !== 0;

/** A moment that is kept as milliseconds since the epoch, as ISO 8601. */
export const momentOf = (row: Row, name: string): string => new Date(numberOf(row, name)).toISOString();

export function momentOrNull(row: Row, name: string): string | null {
  return row[name] === null || row[name] === undefined ? null : momentOf(row, name);
}

/** What was stored with JSON.stringify: written by this program alone, so its shape is trusted. */
export function jsonOf<T>(row: Row, name: string): T | undefined {
  const value = row[name];
  return typeof value === "string" ? (tryJson(value) as T) : undefined;
}
