// Turns what DuckDB throws while a statement runs into the warehouse's words.
import { SqlFault } from "./engine.ts";
import { failureMark } from "./macros.ts";
import { outOfMemoryText } from "./watch.ts";

interface Translation {
  readonly shape: RegExp;
  readonly errorClass: string;
  readonly state: string;
  readonly message: (found: RegExpExecArray) => string;
}

const translations: readonly Translation[] = [
  {
    shape: /Could not convert string '(.*)' to (\w+)/,
    errorClass: "CAST_INVALID_INPUT",
    state: "22018",
    message: ([, value, type]) =>
      `The value '${value}' of the type "STRING" cannot be cast to "${plainType(type)}" because it is malformed. Correct the value as per the syntax, or change its target type. Use \`try_cast\` to tolerate malformed input and return NULL instead.`,
  },
  {
    shape:
      /(?:invalid|Invalid) (?:date|timestamp) field format: "(.*?)"|(?:date|timestamp) field value out of range: "(.*?)"/,
    errorClass: "CAST_INVALID_INPUT",
    state: "22018",
    message: ([, a, b]) =>
      `The value '${a ?? b}' of the type "STRING" cannot be cast to a date or timestamp because it is malformed. Use \`try_cast\` to tolerate malformed input and return NULL instead.`,
  },
  {
    // A sum of BIGINT is worked out in 128 bits and overflows on its way back.
    shape: /Type INT128 with value \S+ can't be cast.* destination type INT64/,
    errorClass: "ARITHMETIC_OVERFLOW",
    state: "22003",
    message: () => 'long overflow. If necessary set "ansi_mode" to "false" to bypass this error.',
  },
  {
    shape: /Type (\w+) with value (\S+) can't be cast.* destination type (\w+)/,
    errorClass: "CAST_OVERFLOW",
    state: "22003",
    message: ([, from, value, to]) =>
      `The value ${value} of the type "${plainType(from)}" cannot be cast to "${plainType(to)}" due to an overflow. Use \`try_cast\` to tolerate overflow and return NULL instead.`,
  },
  {
    shape: /(?:Could not cast value|Casting value) "?(\S+?)"? .*?(DECIMAL\(\d+,\d+\))/,
    errorClass: "NUMERIC_VALUE_OUT_OF_RANGE",
    state: "22003",
    message: ([, value, type]) => `${value} cannot be represented as ${type}.`,
  },
  {
    shape: /Could not convert|Conversion Error/,
    errorClass: "CAST_INVALID_INPUT",
    state: "22018",
    message: ({ input }) => `A value cannot be cast to the wanted type: ${firstLine(input)}`,
  },
  {
    shape: /Overflow in \w+ of (?:INT128|HUGEINT)|INT128.*out of range|Needed scale \d+/,
    errorClass: "UNSUPPORTED_FEATURE",
    state: "0A000",
    message: () => "The emulator does not support decimals this wide in a calculation.",
  },
  {
    shape: /Overflow in (\w+)|out of range|Overflow/i,
    errorClass: "ARITHMETIC_OVERFLOW",
    state: "22003",
    message: ({ input }) =>
      `${firstLine(input).replace(/^Out of Range Error: /, "")} If necessary set "ansi_mode" to "false" to bypass this error.`,
  },
  {
    shape: /NOT NULL constraint failed: ([\w.]*?)([^.\s]+)$/m,
    errorClass: "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
    state: "23502",
    message: ([, , column]) => `NOT NULL constraint violated for column: ${column}.`,
  },
  {
    shape: /LIMIT\/OFFSET cannot be negative/,
    errorClass: "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
    state: "42K0E",
    message: () => "The limit and offset expressions must be equal to or greater than 0.",
  },
  {
    shape: /More than one row returned by a subquery/,
    errorClass: "SCALAR_SUBQUERY_TOO_MANY_ROWS",
    state: "21000",
    message: () => "More than one row returned by a subquery used as an expression.",
  },
  {
    shape: /column "?(.+?)"? must appear in the GROUP BY clause/,
    errorClass: "MISSING_AGGREGATION",
    state: "42803",
    message: () =>
      "A non-aggregating expression is based on columns which are not participating in the GROUP BY clause. Add the columns or the expression to the GROUP BY, aggregate the expression, or use any_value() if you do not care which of the values within a group is returned.",
  },
  {
    shape:
      /(?:no argument for repetition operator|invalid perl operator|missing [)\]]|invalid escape sequence|unexpected \)|bad repetition|invalid character class).*/,
    errorClass: "INVALID_PARAMETER_VALUE.PATTERN",
    state: "22023",
    message: ([found]) =>
      `The regular expression is not valid, or uses what the emulator's engine does not know (look-around, back references): ${found}`,
  },
  {
    shape: /[Mm]ap keys? (?:must be|can ?not be|has to be)\s?(?:unique|NULL)?.*/,
    errorClass: "DUPLICATED_MAP_KEY",
    state: "23505",
    message: () => "Duplicate or NULL map key was found.",
  },
  {
    shape: /Max expression depth limit/,
    errorClass: "UNSUPPORTED_FEATURE",
    state: "0A000",
    message: () => "The emulator does not support expressions nested this deep.",
  },
  {
    shape: /Out of Memory|out of memory|could not allocate/,
    errorClass: "OUT_OF_MEMORY",
    state: "53200",
    message: () => outOfMemoryText,
  },
];

const duckTypes: Readonly<Record<string, string>> = {
  INT8: "TINYINT",
  INT16: "SMALLINT",
  INT32: "INT",
  INT64: "BIGINT",
  INTEGER: "INT",
  VARCHAR: "STRING",
  BOOL: "BOOLEAN",
  HUGEINT: "DECIMAL(38,0)",
};

function plainType(name: string | undefined): string {
  return duckTypes[name ?? ""] ?? name ?? "";
}

/** The fault for what DuckDB threw. `aborted` tells a cancelled statement from a failed one. */
export function toFault(thrown: unknown): SqlFault {
  if (thrown instanceof SqlFault) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const own = text.indexOf(failureMark);
  if (own !== -1) {
    const [errorClass = "INTERNAL_ERROR", state = "XX000", message = ""] = text
      .slice(own + failureMark.length)
      .split("\u0001");
    return new SqlFault(errorClass, state, message.trimEnd());
  }
  for (const { shape, errorClass, state, message } of translations) {
    const found = shape.exec(text);
    if (found !== null) return new SqlFault(errorClass, state, message(found));
  }
  return new SqlFault("INTERNAL_ERROR", "XX000", `The emulator could not run this statement: ${firstLine(text)}`);
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
