// Dates and timestamps moved and compared: date_add, datediff, months_between.
import { coerce, type Typed } from "../analyze/context.ts";
import { typeMismatch } from "../faults.ts";
import { duckType, isTemporal, types } from "../types.ts";
import { argument, D, I, L, literalText, type CallSite, type Made } from "./define.ts";

const { date, timestamp } = types;
const int = (sql: string): string => `CAST(${sql} AS INTEGER)`;

/** The clock time of an instant in UTC: DuckDB's fields and formats of an instant follow the session, this does not. */
export const wall = (sql: string): string => `CAST(${sql} AS TIMESTAMP)`;

/** An argument that is a date or timestamp; a text is read as a timestamp. */
export function moment(site: CallSite, index: number): Typed {
  const piece = argument(site, index);
  if (isTemporal(piece.type)) return piece;
  return { ...piece, sql: coerce(piece, timestamp), type: timestamp };
}

const units = ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND"];

function unitOf(site: CallSite): string {
  const text = literalText(site, 0, "the unit").toUpperCase();
  const unit = text.endsWith("S") ? text.slice(0, -1) : text;
  if (units.includes(unit)) return unit;
  throw typeMismatch(site.shown, `"${text}" is no unit of time`);
}

/** date_add(d, days), or date_add(unit, n, moment). */
export function added(sign: 1 | -1): (site: CallSite) => Made {
  return (site) => {
    if (site.args.length === 2) {
      if (["decimal", "float", "double", "long"].includes(argument(site, 1).type.kind))
        throw typeMismatch(site.shown, "the days must be a whole number of the type INT");
      return {
        sql: `(${coerce(argument(site, 0), date)} ${sign === 1 ? "+" : "-"} ${coerce(argument(site, 1), I)})`,
        type: date,
      };
    }
    const unit = unitOf(site);
    const count = coerce(argument(site, 1), L);
    const start = moment(site, 2);
    const step = unit === "QUARTER" ? `to_months(CAST(${count} * 3 AS INTEGER))` : intervalOf(unit, count);
    const base = start.type.kind === "date" ? wall(start.sql) : start.sql;
    const type = start.type.kind === "date" ? timestamp : start.type;
    return { sql: `CAST((${base} + ${step}) AS ${duckType(type)})`, type };
  };
}

function intervalOf(unit: string, count: string): string {
  const small = ["HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND"].includes(unit);
  return `to_${unit.toLowerCase()}s(${small ? count : int(count)})`;
}

/** datediff(end, start) in days, or datediff(unit, start, end) in whole units that have passed. */
export function difference(site: CallSite): Made {
  if (site.args.length === 2) {
    return {
      sql: int(`date_diff('day', ${coerce(argument(site, 1), date)}, ${coerce(argument(site, 0), date)})`),
      type: I,
    };
  }
  const unit = unitOf(site);
  const [from, to] = [wall(moment(site, 1).sql), wall(moment(site, 2).sql)];
  const months = { YEAR: 12, QUARTER: 3, MONTH: 1 }[unit];
  if (months === undefined) {
    const micros =
      {
        WEEK: 604_800_000_000,
        DAY: 86_400_000_000,
        HOUR: 3_600_000_000,
        MINUTE: 60_000_000,
        SECOND: 1_000_000,
        MILLISECOND: 1_000,
        MICROSECOND: 1,
      }[unit] ?? 1;
    return { sql: `CAST((epoch_us(${to}) - epoch_us(${from})) // ${micros} AS BIGINT)`, type: L };
  }
  return { sql: `CAST((${monthsPassed(from, to)}) // ${months} AS BIGINT)`, type: L };
}

/** Months between by the calendar, less one when the last month is not full. */
function monthsPassed(from: string, to: string): string {
  const raw = `((year(${to}) - year(${from})) * 12 + month(${to}) - month(${from}))`;
  const rest = (x: string): string => `(epoch_us(${x}) - epoch_us(date_trunc('month', ${x})))`;
  return `${raw} + CASE WHEN ${raw} > 0 AND ${rest(to)} < ${rest(from)} THEN -1 WHEN ${raw} < 0 AND ${rest(to)} > ${rest(from)} THEN 1 ELSE 0 END`;
}

/** Whole months when both are the same day of the month or both the last, else by months of 31 days, to 8 places. */
export function monthsBetween(site: CallSite): Made {
  const [to, from] = [wall(moment(site, 0).sql), wall(moment(site, 1).sql)];
  const raw = `((year(${to}) - year(${from})) * 12 + month(${to}) - month(${from}))`;
  const last = (x: string): string => `(day(${x}) = day(last_day(${x})))`;
  const seconds = (x: string): string => `(day(${x}) * 86400 + epoch(${x} - date_trunc('day', ${x})))`;
  const exact = `${raw} + (${seconds(to)} - ${seconds(from)}) / 2678400.0`;
  return {
    sql: `CAST(CASE WHEN day(${to}) = day(${from}) OR (${last(to)} AND ${last(from)}) THEN ${raw} ELSE round(CAST(${exact} AS DOUBLE), 8) END AS DOUBLE)`,
    type: D,
  };
}
