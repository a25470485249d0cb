// Filters of a query: `{"year >=": 2024, "lang": ["de", "en"], "title NOT": "x", "a OR b": [1, 2]}`.
import { isObject, parseJson } from "../../platform/json.ts";
import { ApiFault } from "../http/route.ts";

type Row = Readonly<Record<string, unknown>>;
type Test = (row: Row) => boolean;

/** What rows have to pass. Throws ApiFault 400 for a filter that cannot be read, or a column that is not there. */
export function readFilters(text: string | undefined, columns: readonly string[]): Test {
  if (text === undefined || text === "") return () => true;
  const tests = Object.entries(parsed(text)).map(([key, wanted]) => testOf(key, wanted, columns));
  return (row) => tests.every((test) => test(row));
}

function parsed(text: string): Row {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw bad(`Failed to parse filters_json: ${text.slice(0, 100)}`);
  return value;
}

function testOf(key: string, wanted: unknown, columns: readonly string[]): Test {
  if (key.includes(" OR ")) {
    const names = key.split(" OR ");
    if (!Array.isArray(wanted) || wanted.length !== names.length)
      throw bad(`The filter '${key}' needs a list of ${names.length} values.`);
    const tests = names.map((name, at) => testOf(name.trim(), wanted[at], columns));
    return (row) => tests.some((test) => test(row));
  }
  const [, name = "", operator = "="] = /^(.*?)(?: (<=|>=|<|>|NOT LIKE|LIKE|NOT))?$/.exec(key.trim()) ?? [];
  if (!columns.includes(name)) throw bad(`The filter column '${name}' is not in the index.`);
  const compare = comparisons[operator];
  if (compare === undefined) throw bad(`The filter '${key}' cannot be read.`);
  const choices: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  const isNegative = operator.startsWith("NOT");
  const holds = (value: unknown): boolean => choices.some((choice) => compare(value, choice));
  return (row) => {
    const value = row[name] ?? null;
    return value !== null && (isNegative ? !holds(value) : holds(value));
  };
}

/** The negative ones are turned round by the caller. */
const comparisons: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  "=": (value, wanted) => order(value, wanted) === 0,
  NOT: (value, wanted) => order(value, wanted) === 0,
  "<": (value, wanted) => order(value, wanted) < 0,
  "<=": (value, wanted) => order(value, wanted) <= 0,
  ">": (value, wanted) => order(value, wanted) > 0,
  ">=": (value, wanted) => order(value, wanted) >= 0,
  LIKE: hasWord,
  "NOT LIKE": hasWord,
};

/** LIKE looks for a whole word of the text. */
function hasWord(value: unknown, wanted: unknown): boolean {
  const words = String(value).toLowerCase().split(/\s+/);
  return words.includes(String(wanted).toLowerCase());
}

/** NaN where the two are of different kinds: then nothing holds. */
function order(value: unknown, wanted: unknown): number {
  if (typeof value === "number" && typeof wanted === "number") return value - wanted;
  if (typeof value === "boolean" && typeof wanted === "boolean") return Number(value) - Number(wanted);
  if (typeof value !== "string" || typeof wanted !== "string") return Number.NaN;
  if (value === wanted) return 0;
  return value < wanted ? -1 : 1;
}

const bad = (message: string): ApiFault => new ApiFault(400, "INVALID_PARAMETER_VALUE", message);
