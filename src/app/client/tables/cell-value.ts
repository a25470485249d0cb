// What a value of a result is: its text, its kind, and its order among others. No value is rounded on the way.

/** What a column holds, by the type that the workspace names or by its values. */
export type ColumnKind = "number" | "time" | "boolean" | "text";

/** The text of a cell; an integer too large for a number comes as text and stays as it is. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return JSON.stringify(value) ?? "";
}

const numberType = /^(?:tinyint|smallint|int|integer|bigint|byte|short|long|float|real|double|decimal|numeric)\b/i;
const timeType = /^(?:date|timestamp)/i;
const numberText = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const timeText = /^\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?$/;

/** A column's kind: by its type where one is named that says it, else by its first 200 values that are not null. */
export function columnKind(type: string | undefined, values: readonly unknown[]): ColumnKind {
  if (type !== undefined && numberType.test(type)) return "number";
  if (type !== undefined && timeType.test(type)) return "time";
  if (type !== undefined && /^bool/i.test(type)) return "boolean";
  if (type !== undefined && type !== "") return "text";
  const known = values.filter((value) => value !== null && value !== undefined && value !== "").slice(0, 200);
  if (known.length === 0) return "text";
  if (known.every((value) => typeof value === "boolean")) return "boolean";
  if (known.every((value) => typeof value === "number" || typeof value === "bigint")) return "number";
  if (known.every((value) => numberOf(value) !== undefined)) return "number";
  if (known.every((value) => typeof value === "string" && timeText.test(value) && timeOf(value) !== undefined))
    return "time";
  return "text";
}

/** The number that a value is, or that its text says; undefined for anything else. For order and charts, not for display. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string" || !numberText.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Milliseconds since the epoch of a date or timestamp; one without a zone counts as UTC, so that every reader sees the same. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (!timeText.test(text)) return undefined;
  const iso = text.replace(" ", "T");
  const zoned = iso.includes("T") && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(iso) ? `${iso}Z` : iso;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}

const wholeNumber = /^-?\d+$/;

/** Order within a column of this kind; nulls are left to the caller. Whole numbers are told apart beyond 2^53. */
export function compareValues(one: unknown, other: unknown, kind: ColumnKind): number {
  if (kind === "number") return compareNumbers(one, other);
  if (kind === "time") {
    const difference = (timeOf(one) ?? Number.NaN) - (timeOf(other) ?? Number.NaN);
    if (!Number.isNaN(difference) && difference !== 0) return difference;
  }
  return collator.compare(cellText(one), cellText(other));
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compareNumbers(one: unknown, other: unknown): number {
  const [left, right] = [cellText(one).trim(), cellText(other).trim()];
  if (wholeNumber.test(left) && wholeNumber.test(right)) {
    const [a, b] = [BigInt(left), BigInt(right)];
    if (a === b) return 0;
    return a < b ? -1 : 1;
  }
  const [a, b] = [numberOf(one), numberOf(other)];
  if (a !== undefined && b !== undefined) return a - b;
  if (a !== undefined) return -1;
  if (b !== undefined) return 1;
  return collator.compare(left, right);
}
