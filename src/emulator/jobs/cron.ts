// Quartz cron expressions: whether one is well formed. The emulator stores schedules; it does not fire them.
const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const weekdays = "SUN MON TUE WED THU FRI SAT".split(" ");

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
  /** Extra forms of days: `L`, `15W`, `6#3`. */
  readonly special?: RegExp;
}

const fields: readonly Field[] = [
  { name: "seconds", min: 0, max: 59 },
  { name: "minutes", min: 0, max: 59 },
  { name: "hours", min: 0, max: 23 },
  { name: "day-of-month", min: 1, max: 31, special: /^(L|LW|L-\d{1,2}|\d{1,2}W)$/ },
  { name: "month", min: 1, max: 12, words: months },
  {
    name: "day-of-week",
    min: 1,
    max: 7,
    words: weekdays,
    special: /^(L|[1-7]L|[1-7]#[1-5]|(SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
  },
  { name: "year", min: 1970, max: 2099 },
];

/** What is wrong with the expression, or undefined when nothing is. Six or seven fields; exactly one day field is `?`. */
export function cronProblem(expression: string): string | undefined {
  const parts = expression.trim().toUpperCase().split(/\s+/);
  if (parts.length < 6 || parts.length > 7)
    return `expected 6 or 7 fields, found ${parts[0] === "" ? 0 : parts.length}`;
  for (const [index, part] of parts.entries()) {
    const field = fields[index];
    if (field !== undefined && !isValid(part, field)) return `'${part}' is not valid for ${field.name}`;
  }
  const [, , , dayOfMonth, , dayOfWeek] = parts;
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return "exactly one of day-of-month and day-of-week must be '?'";
  return undefined;
}

function isValid(text: string, field: Field): boolean {
  if (text === "?") return field.name.startsWith("day-of-");
  return text.split(",").every((item) => isItem(item, field));
}

function isItem(item: string, field: Field): boolean {
  if (field.special?.test(item) === true) return true;
  const [range = "", step, ...more] = item.split("/");
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*" || (range === "" && step !== undefined)) return true;
  const ends = range.split("-");
  return ends.length <= 2 && ends.every((end) => isValue(end, field));
}

function isValue(text: string, field: Field): boolean {
  if (field.words?.includes(text) === true) return true;
  if (!/^\d+$/.test(text)) return false;
  const value = Number(text);
  return value >= field.min && value <= field.max;
}
