// Numbers and dates of a chart as people read them: short on the axes, whole in the tooltip.

const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });

/** For an axis: `1.2M`. Very small ones keep their digits. */
export function shortNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return value.toPrecision(2).replace("e-", "e−");
  return short.format(value);
}

/** For a tooltip and a table. */
export function wholeNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.000_001) return String(value);
  return whole.format(value);
}

/** A number without groups, for years: 2026, not 2,026. */
export function plainNumber(value: number): string {
  return String(value);
}

/** Whether these numbers are years rather than amounts: whole, and all within a few centuries of ours. */
export function areYears(values: readonly number[]): boolean {
  return values.length > 0 && values.every((value) => Number.isInteger(value) && value >= 1700 && value <= 2200);
}

const dayMs = 86_400_000;
const formats = {
  time: new Intl.DateTimeFormat("en", { timeZone: "UTC", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  dayAndTime: new Intl.DateTimeFormat("en", {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }),
  day: new Intl.DateTimeFormat("en", { timeZone: "UTC", month: "short", day: "numeric" }),
  month: new Intl.DateTimeFormat("en", { timeZone: "UTC", year: "numeric", month: "short" }),
  year: new Intl.DateTimeFormat("en", { timeZone: "UTC", year: "numeric" }),
  wholeDay: new Intl.DateTimeFormat("en", { timeZone: "UTC", year: "numeric", month: "short", day: "numeric" }),
  wholeTime: new Intl.DateTimeFormat("en", {
    timeZone: "UTC",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }),
};

/** How a moment is written on an axis that spans so many milliseconds. In UTC, as the values are read. */
export function dateFormat(spanMs: number): (ms: number) => string {
  const named = (format: Intl.DateTimeFormat) => (ms: number) => (Number.isFinite(ms) ? format.format(ms) : "");
  if (spanMs < dayMs) return named(formats.time);
  if (spanMs < 4 * dayMs) return named(formats.dayAndTime);
  if (spanMs < 180 * dayMs) return named(formats.day);
  if (spanMs < 6 * 365 * dayMs) return named(formats.month);
  return named(formats.year);
}

/** A moment in full; its time only where it is not midnight. */
export function wholeDate(ms: number): string {
  if (!Number.isFinite(ms)) return "";
  return ms % dayMs === 0 ? formats.wholeDay.format(ms) : formats.wholeTime.format(ms);
}
