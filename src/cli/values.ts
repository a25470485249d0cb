// Checking one value against its declared kind.
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import type { ListFlag, Positional, ValueFlag, ValueKind, ValueRules } from "./spec.ts";

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The value in its own type: a number for `integer` and `number`, milliseconds for `duration`, else the text.
 * Throws `usage` when it does not fit.
 */
export function checkValue(label: string, declared: ValueFlag | ListFlag | Positional, value: string): string | number {
  if (declared.choices !== undefined && !declared.choices.includes(value)) {
    const suggestion = nearest(value, declared.choices);
    throw new MortarError("usage", `${label}: ${JSON.stringify(value)} is not one of ${declared.choices.join(", ")}`, {
      hint: suggestion === undefined ? undefined : `Did you mean ${suggestion}?`,
    });
  }
  const converted = convert(label, declared.kind === "list" ? declared.of : declared.kind, value);
  checkRange(label, declared, converted);
  return converted;
}

function checkRange(label: string, { minimum, maximum }: ValueRules, value: string | number): void {
  if (typeof value === "string") return;
  if (value >= (minimum ?? Number.NEGATIVE_INFINITY) && value <= (maximum ?? Number.POSITIVE_INFINITY)) return;
  throw new MortarError("usage", `${label}: ${value} is out of range`, {
    hint: `Give ${rangeWords(minimum, maximum)}.`,
  });
}

/** `1 to 65535`, `at least 1`, `at most 10`; undefined without either. */
export function rangeWords(minimum: number | undefined, maximum: number | undefined): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? undefined : `at most ${maximum}`;
}

function convert(label: string, kind: ValueKind, value: string): string | number {
  switch (kind) {
    case "integer":
      if (!/^-?\d{1,15}$/.test(value)) throw malformed(label, value, "a whole number");
      return Number(value);
    case "number":
      if (value.trim() === "" || !Number.isFinite(Number(value))) throw malformed(label, value, "a number");
      return Number(value);
    case "duration":
      return parseDuration(label, value);
    case "url":
      if (!URL.canParse(value)) throw malformed(label, value, "a URL such as https://example.com");
      return value;
    default:
      if (value === "" && kind !== "string") throw malformed(label, value, `a ${kind.replace("-", " ")}`);
      return value;
  }
}

/** `1h30m`, `90s`, `250ms`, or bare seconds, in milliseconds. */
function parseDuration(label: string, value: string): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1_000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value))
    throw malformed(label, value, "a duration such as 90s, 10m or 1h30m");
  let total = 0;
  for (const [, amount, , unit] of value.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitMs[unit ?? "s"] ?? 0);
  }
  return Math.round(total);
}

function malformed(label: string, value: string, wanted: string): MortarError {
  return new MortarError("usage", `${label}: ${JSON.stringify(value)} is not ${wanted}`);
}
