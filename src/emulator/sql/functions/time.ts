// Dates and timestamps. The session's time zone is UTC, as it is in a warehouse by default.
import { coerce, type Typed } from "../analyze/context.ts";
import { castSql } from "../casts.ts";
import { typeMismatch, unsupported } from "../faults.ts";
import { bind, failure } from "../macros.ts";
import { quoteText } from "../names.ts";
import { decimal, duckType, isInteger, isTemporal, types, typeText, type DataType } from "../types.ts";
import {
  argument,
  D,
  fixed,
  free,
  I,
  L,
  literalText,
  S,
  type CallSite,
  type FunctionSpec,
  type Made,
} from "./define.ts";
import { readPattern } from "./patterns.ts";
import { added, difference, moment, monthsBetween, wall } from "./time-arithmetic.ts";

const g = "time";
const date = types.date;
const timestamp = types.timestamp;
const asDate = (sql: string): string => `CAST(${sql} AS DATE)`;
const int = (sql: string): string => `CAST(${sql} AS INTEGER)`;

function field(names: string, takes: DataType, build: (x: string) => string): FunctionSpec {
  const [name = ""] = names.split(" ");
  return fixed(
    g,
    { names, usage: `${name}(${takes.kind === "date" ? "date" : "timestamp"})`, takes: [takes], gives: I },
    (x = "") => int(build(takes.kind === "date" ? x : wall(x))),
  );
}

const parseFailure = (pattern: string): string =>
  failure(
    "CANNOT_PARSE_TIMESTAMP",
    "22007",
    `'Text ''' || x || ''' could not be parsed by the pattern ' || ${quoteText(pattern)} || '. Use \`try_to_timestamp\` to tolerate invalid input string and return NULL instead.'`,
  );

/** A text parsed by a literal pattern. The text must have the pattern's shape: strptime alone is more lenient. */
function parsed(site: CallSite, safe: boolean, usual?: string): string {
  const text = coerce(argument(site, 0), S);
  const pattern = usual !== undefined && site.args.length === 1 ? usual : literalText(site, 1, "the pattern");
  const { format, shape } = readPattern(pattern);
  if (shape === undefined) throw unsupported(`parsing by the time pattern ${pattern}`);
  // Without a year the warehouse takes 1970, DuckDB 1900.
  const dated = /%[Yy]/.test(format) ? `try_strptime(x, ${quoteText(format)})` : undefined;
  const value = dated ?? `try_strptime('1970 ' || x, ${quoteText(`%Y ${format}`)})`;
  const otherwise = safe ? "NULL" : parseFailure(pattern);
  const body = `CASE WHEN x IS NULL THEN NULL WHEN regexp_full_match(x, ${quoteText(shape)}) AND ${value} IS NOT NULL THEN ${value} ELSE ${otherwise} END`;
  return `list_transform([${text}], lambda x: ${body})[1]`;
}

function toDate(site: CallSite): Made {
  if (site.args.length === 1) return { sql: coerce(argument(site, 0), date), type: date };
  return { sql: asDate(parsed(site, false)), type: date };
}

function toTimestamp(safe: boolean): (site: CallSite) => Made {
  return (site) => {
    const piece = argument(site, 0);
    if (site.args.length === 2)
      return { sql: `CAST(${parsed(site, safe)} AS ${duckType(timestamp)})`, type: timestamp };
    if (!safe) return { sql: coerce(piece, timestamp), type: timestamp };
    return {
      sql: castSql({ sql: piece.sql, from: piece.type, to: timestamp, safe: true, shown: site.shown }),
      type: timestamp,
    };
  };
}

function format(site: CallSite): Made {
  const { format: pattern } = readPattern(literalText(site, 1, "the pattern"));
  return { sql: `strftime(${wall(moment(site, 0).sql)}, ${quoteText(pattern)})`, type: S };
}

const truncations: Readonly<Record<string, string>> = {
  YEAR: "year",
  YYYY: "year",
  YY: "year",
  QUARTER: "quarter",
  MONTH: "month",
  MM: "month",
  MON: "month",
  WEEK: "week",
  DAY: "day",
  DD: "day",
  HOUR: "hour",
  MINUTE: "minute",
  SECOND: "second",
  MILLISECOND: "milliseconds",
  MICROSECOND: "microseconds",
};

function truncated(
  site: CallSite,
  unitIndex: number,
  valueIndex: number,
): { readonly unit: string; readonly piece: Typed } {
  const text = literalText(site, unitIndex, "the unit").toUpperCase();
  const unit = truncations[text];
  if (unit === undefined) throw unsupported(`the unit "${text}" in ${site.name}`);
  return { unit, piece: argument(site, valueIndex) };
}

function dateTrunc(site: CallSite): Made {
  const { unit, piece } = truncated(site, 0, 1);
  const ntz = piece.type.kind === "timestamp_ntz";
  const type = ntz ? types.timestampNtz : timestamp;
  return { sql: `CAST(date_trunc('${unit}', ${wall(coerce(piece, type))}) AS ${duckType(type)})`, type };
}

function trunc(site: CallSite): Made {
  const { unit, piece } = truncated(site, 1, 0);
  if (!["year", "quarter", "month", "week"].includes(unit)) throw unsupported(`the unit "${unit}" in trunc`);
  return { sql: asDate(`date_trunc('${unit}', ${coerce(piece, date)})`), type: date };
}

const dateParts: Readonly<Record<string, (x: string) => string>> = {
  year: (x) => `year(${x})`,
  quarter: (x) => `quarter(${x})`,
  month: (x) => `month(${x})`,
  week: (x) => `week(${x})`,
  day: (x) => `day(${x})`,
  dayofweek: (x) => `dayofweek(${x}) + 1`,
  dayofweek_iso: (x) => `isodow(${x})`,
  doy: (x) => `dayofyear(${x})`,
  yearofweek: (x) => `isoyear(${x})`,
  hour: (x) => `hour(${x})`,
  minute: (x) => `minute(${x})`,
};

const otherPartNames: Readonly<Record<string, string>> = {
  years: "year",
  yr: "year",
  yrs: "year",
  y: "year",
  qtr: "quarter",
  mon: "month",
  mons: "month",
  months: "month",
  weeks: "week",
  w: "week",
  days: "day",
  d: "day",
  dow: "dayofweek",
  dow_iso: "dayofweek_iso",
  hours: "hour",
  hr: "hour",
  hrs: "hour",
  h: "hour",
  minutes: "minute",
  min: "minute",
  mins: "minute",
  m: "minute",
  seconds: "second",
  sec: "second",
  secs: "second",
  s: "second",
};

/** EXTRACT and date_part. Seconds have their fraction, unlike second(). */
function datePart(site: CallSite): Made {
  const name = literalText(site, 0, "the part").toLowerCase();
  const part = otherPartNames[name] ?? name;
  const x = wall(moment(site, 1).sql);
  if (part === "second") {
    const type = decimal(8, 6);
    return {
      sql: `CAST(CAST(epoch_us(${x} - date_trunc('minute', ${x})) AS DECIMAL(14,0)) / 1000000 AS ${duckType(type)})`,
      type,
    };
  }
  const build = dateParts[part];
  if (build === undefined) throw unsupported(`the part "${name}" in date_part`);
  return { sql: int(build(x)), type: I };
}

function unixTime(site: CallSite): Made {
  // Towards zero, unlike unix_seconds, which rounds down.
  const seconds = (sql: string): string => `CAST(epoch_us(${sql}) // 1000000 AS BIGINT)`;
  if (site.args.length === 0) return { sql: seconds("now()"), type: L };
  const piece = argument(site, 0);
  if (isTemporal(piece.type)) return { sql: seconds(coerce(piece, timestamp)), type: L };
  return { sql: seconds(`CAST(${parsed(site, false, "yyyy-MM-dd HH:mm:ss")} AS ${duckType(timestamp)})`), type: L };
}

function fromUnixTime(site: CallSite): Made {
  const { format: pattern } = readPattern(
    site.args.length > 1 ? literalText(site, 1, "the pattern") : "yyyy-MM-dd HH:mm:ss",
  );
  return { sql: `strftime(make_timestamp(${coerce(argument(site, 0), L)} * 1000000), ${quoteText(pattern)})`, type: S };
}

const weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

function nextDay(site: CallSite): Made {
  const name = literalText(site, 1, "the day").toUpperCase();
  const index = weekdays.findIndex((day) => [day, day.slice(0, 3), day.slice(0, 2)].includes(name));
  if (index === -1) throw typeMismatch(site.shown, `"${name}" is no day of the week`);
  const start = coerce(argument(site, 0), date);
  return { sql: `(${start} + CAST((${index} - isodow(${start}) + 7) % 7 + 1 AS INTEGER))`, type: date };
}

function fromCount(names: string, factor: number): FunctionSpec {
  return free(g, { names, usage: `${names}(number)`, args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    if (!isInteger(piece.type))
      throw typeMismatch(site.shown, `a whole number is wanted, not "${typeText(piece.type)}"`);
    return { sql: `make_timestamptz(${coerce(piece, L)} * ${factor})`, type: timestamp };
  });
}

function toCount(names: string, divisor: number): FunctionSpec {
  return fixed(
    g,
    { names, usage: `${names}(timestamp)`, takes: [timestamp], gives: L },
    (x) => `CAST(floor(epoch_us(${x}) / ${divisor}) AS BIGINT)`,
  );
}

/** Zones by their region's name: what else there is (`EST`, `+02:00`) DuckDB reads otherwise or not at all. */
function inZone(name: string, build: (x: string, zone: string) => string): FunctionSpec {
  const usage = `${name}(timestamp, zone), the zone a literal like 'Europe/Berlin' or 'UTC'`;
  return free(g, { names: name, usage, args: [2, 2] }, (site) => {
    const moved = coerce(argument(site, 0), timestamp);
    if (argument(site, 1).type.kind === "null") return { sql: `CAST(NULL AS ${duckType(timestamp)})`, type: timestamp };
    const zone = literalText(site, 1, "the zone");
    if (!knownZone(zone)) throw unsupported(`the time zone '${zone}'`);
    return { sql: `CAST(${build(moved, quoteText(zone))} AS ${duckType(timestamp)})`, type: timestamp };
  });
}

function knownZone(zone: string): boolean {
  return zone === "UTC" || (zone.includes("/") && Intl.supportedValuesOf("timeZone").includes(zone));
}

export const timeFunctions: readonly FunctionSpec[] = [
  fixed(g, { names: "current_date curdate", usage: "current_date()", takes: [], gives: date }, () => asDate("now()")),
  fixed(
    g,
    { names: "current_timestamp now", usage: "current_timestamp()", takes: [], gives: timestamp },
    () => "now()",
  ),
  fixed(g, { names: "localtimestamp", usage: "localtimestamp()", takes: [], gives: types.timestampNtz }, () =>
    wall("now()"),
  ),
  fixed(g, { names: "current_timezone", usage: "current_timezone()", takes: [], gives: S }, () => "'Etc/UTC'"),
  field("year", date, (x) => `year(${x})`),
  field("quarter", date, (x) => `quarter(${x})`),
  field("month", date, (x) => `month(${x})`),
  field("weekofyear week", date, (x) => `week(${x})`),
  field("day dayofmonth", date, (x) => `day(${x})`),
  field("dayofweek", date, (x) => `dayofweek(${x}) + 1`),
  field("weekday", date, (x) => `isodow(${x}) - 1`),
  field("dayofyear", date, (x) => `dayofyear(${x})`),
  field("hour", timestamp, (x) => `hour(${x})`),
  field("minute", timestamp, (x) => `minute(${x})`),
  field("second", timestamp, (x) => `second(${x})`),
  fixed(g, { names: "dayname", usage: "dayname(date)", takes: [date], gives: S }, (x) => `strftime(${x}, '%a')`),
  fixed(g, { names: "monthname", usage: "monthname(date)", takes: [date], gives: S }, (x) => `strftime(${x}, '%b')`),
  free(
    g,
    { names: "date_part datepart", usage: "date_part('part', moment), the part a literal", args: [2, 2] },
    datePart,
  ),
  free(g, { names: "date_format", usage: "date_format(moment, pattern), the pattern a literal", args: [2, 2] }, format),
  free(g, { names: "to_date", usage: "to_date(text[, pattern]), the pattern a literal", args: [1, 2] }, toDate),
  free(
    g,
    { names: "to_timestamp", usage: "to_timestamp(text[, pattern]), the pattern a literal", args: [1, 2] },
    toTimestamp(false),
  ),
  free(g, { names: "try_to_timestamp", usage: "try_to_timestamp(text[, pattern])", args: [1, 2] }, toTimestamp(true)),
  free(
    g,
    {
      names: "date_add dateadd timestampadd",
      usage: "date_add(date, days) or date_add(unit, number, moment)",
      args: [2, 3],
    },
    added(1),
  ),
  fixed(
    g,
    { names: "date_sub", usage: "date_sub(date, days)", takes: [date, I], gives: date },
    (x, days) => `(${x} - ${days})`,
  ),
  free(
    g,
    {
      names: "datediff date_diff timestampdiff",
      usage: "datediff(end, start) or datediff(unit, start, end)",
      args: [2, 3],
    },
    difference,
  ),
  free(g, { names: "months_between", usage: "months_between(end, start)", args: [2, 2] }, monthsBetween),
  fixed(g, { names: "add_months", usage: "add_months(date, months)", takes: [date, I], gives: date }, (x, months) =>
    asDate(`${x} + to_months(${months})`),
  ),
  fixed(g, { names: "last_day", usage: "last_day(date)", takes: [date], gives: date }, (x) => `last_day(${x})`),
  free(g, { names: "next_day", usage: "next_day(date, 'Monday')", args: [2, 2] }, nextDay),
  free(g, { names: "date_trunc", usage: "date_trunc('unit', moment), the unit a literal", args: [2, 2] }, dateTrunc),
  free(g, { names: "trunc", usage: "trunc(date, 'unit'), the unit a literal", args: [2, 2] }, trunc),
  free(
    g,
    { names: "unix_timestamp to_unix_timestamp", usage: "unix_timestamp([moment or text[, pattern]])", args: [0, 2] },
    unixTime,
  ),
  free(g, { names: "from_unixtime", usage: "from_unixtime(seconds[, pattern])", args: [1, 2] }, fromUnixTime),
  fixed(
    g,
    { names: "make_date", usage: "make_date(year, month, day)", takes: [I, I, I], gives: date },
    (y, m, d) => `make_date(${y}, ${m}, ${d})`,
  ),
  fixed(
    g,
    {
      names: "make_timestamp",
      usage: "make_timestamp(year, month, day, hour, minute, second)",
      takes: [I, I, I, I, I, D],
      gives: timestamp,
    },
    (...x) => `CAST(make_timestamp(${x.join(", ")}) AS ${duckType(timestamp)})`,
  ),
  fromCount("timestamp_seconds", 1_000_000),
  fromCount("timestamp_millis", 1_000),
  fromCount("timestamp_micros", 1),
  toCount("unix_seconds", 1_000_000),
  toCount("unix_millis", 1_000),
  toCount("unix_micros", 1),
  fixed(g, { names: "unix_date", usage: "unix_date(date)", takes: [date], gives: I }, (x) =>
    int(`date_diff('day', DATE '1970-01-01', ${x})`),
  ),
  fixed(
    g,
    { names: "date_from_unix_date", usage: "date_from_unix_date(days)", takes: [I], gives: date },
    (x) => `(DATE '1970-01-01' + ${x})`,
  ),
  inZone("from_utc_timestamp", (x, zone) => `timezone(${zone}, ${x})`),
  // An hour that a clock shows twice is the first of the two.
  inZone("to_utc_timestamp", (x, zone) =>
    bind(
      `struct_pack(shown := ${wall(x)}, moment := timezone(${zone}, ${wall(x)}))`,
      (it) =>
        `CASE WHEN timezone(${zone}, ${it}.moment - INTERVAL 1 HOUR) = ${it}.shown THEN ${it}.moment - INTERVAL 1 HOUR ELSE ${it}.moment END`,
    ),
  ),
];
