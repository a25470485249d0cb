// sequence(from, to, INTERVAL ...): each moment is counted from the first one, so that month ends stay month ends.
import { coerce, type Typed } from "../analyze/context.ts";
import { meet } from "../analyze/expressions.ts";
import { typeMismatch, unsupported } from "../faults.ts";
import { bind, macro } from "../macros.ts";
import { arrayOf, duckType, isTemporal, types, typeText } from "../types.ts";
import type { Expression, IntervalPart, IntervalUnit } from "../parse/ast.ts";
import { argument, type CallSite, type Made } from "./define.ts";

const months: Partial<Record<IntervalUnit, number>> = { YEAR: 12, MONTH: 1 };
const microseconds: Partial<Record<IntervalUnit, number>> = {
  WEEK: 604_800_000_000,
  DAY: 86_400_000_000,
  HOUR: 3_600_000_000,
  MINUTE: 60_000_000,
  SECOND: 1_000_000,
  MILLISECOND: 1_000,
  MICROSECOND: 1,
};

/** `most` is how many items one call may make. */
export function timeSequence(site: CallSite, parts: readonly IntervalPart[], most: string): Made {
  const step = stepOf(parts);
  const ends: readonly Typed[] = [argument(site, 0), argument(site, 1)];
  const type = meet(ends, site.shown);
  if (!isTemporal(type)) throw typeMismatch(site.shown, `"${typeText(type)}" does not go with an INTERVAL`);
  if (type.kind === "date" && step.micros % 86_400_000_000 !== 0)
    throw unsupported("a sequence of dates by less than a day");
  const [from, to] = ends.map((piece) => `CAST(${coerce(piece, type)} AS TIMESTAMP)`);
  const made = bind(`struct_pack(a := ${from}, b := ${to})`, (x) => {
    const [a, b] = [`${x}.a`, `${x}.b`];
    // How many steps lie between, at least: what is past the end is left out afterwards.
    const between = step.months === 0 ? `epoch_us(${b}) - epoch_us(${a})` : `date_diff('month', ${a}, ${b})`;
    const size = step.months === 0 ? step.micros : step.months;
    const count = macro("number_sequence", "0", `CAST(greatest((${between}) // ${size}, 0) AS BIGINT)`, "1", most);
    const at = step.months === 0 ? `to_microseconds(${size} * i)` : `to_months(CAST(${size} * i AS INTEGER))`;
    const inside = size > 0 ? `item <= ${b}` : `item >= ${b}`;
    const wrong = macro("number_sequence", "0", "1", "-1", most);
    const wrongWay = size > 0 ? `${a} > ${b}` : `${a} < ${b}`;
    return `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN ${wrongWay} THEN CAST(${wrong} AS TIMESTAMP[]) ELSE list_filter(list_transform(${count}, lambda i: ${a} + ${at}), lambda item: ${inside}) END`;
  });
  return { sql: `CAST(${made} AS ${duckType(type)}[])`, type: arrayOf(type.kind === "date" ? types.date : type) };
}

function stepOf(parts: readonly IntervalPart[]): { readonly months: number; readonly micros: number } {
  const step = { months: 0, micros: 0 };
  for (const { amount, unit } of parts) {
    const count = wholeNumber(amount);
    step.months += count * (months[unit] ?? 0);
    step.micros += count * (microseconds[unit] ?? 0);
  }
  if ((step.months === 0) === (step.micros === 0)) throw unsupported("this step of a sequence");
  return step;
}

function wholeNumber(amount: Expression): number {
  if (amount.node === "unary" && amount.operator === "-") return -wholeNumber(amount.operand);
  if (amount.node === "literal" && /^-?\d{1,9}$/.test(String(amount.value))) return Number(amount.value);
  throw unsupported("a step of a sequence that is not a literal");
}
