// Helpers that are defined inside DuckDB when the engine opens, for what no single function of DuckDB does alike.
import { quoteText } from "./names.ts";

/** Parts of a failure that a running statement raises; `errors.ts` turns the text back into a fault. */
export const failureMark = "\u0001mortar\u0001";

/** DuckDB expression that fails with this class, state and message. `message` is a DuckDB expression. */
export function failure(errorClass: string, state: string, message: string): string {
  return `error(${quoteText(`${failureMark}${errorClass}\u0001${state}\u0001`)} || ${message})`;
}

const castFailure = failure(
  "CAST_INVALID_INPUT",
  "22018",
  `'The value ''' || x || ''' of the type "STRING" cannot be cast to "' || target || '" because it is malformed. ` +
    "Correct the value as per the syntax, or change its target type. Use `try_cast` to tolerate malformed input and return NULL instead.'",
);

const blank = "' ' || chr(9) || chr(10) || chr(13)";
const trimmed = `trim(x, ${blank})`;
const numberShape = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?";
const dayShape = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}";
const timeShape = "[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{0,9})?)?";
const zoneShape = " ?(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}|[A-Z][A-Za-z_]+/[A-Za-z_/]+)";

/** Text that a type accepts, by the warehouse's rules; DuckDB alone would take `1_000` and `1e3` for an INT. */
interface TextShape {
  readonly name: string;
  /** Pairs of a pattern and the text to give to DuckDB's own cast. */
  readonly cases: readonly (readonly [shape: string, text: string])[];
}

const textShapes: readonly TextShape[] = [
  { name: "integer", cases: [["[+-]?[0-9]+", trimmed]] },
  { name: "number", cases: [[numberShape, trimmed]] },
  {
    name: "floating",
    cases: [
      [numberShape, trimmed],
      ["(?i)[+-]?inf(inity)?|nan", trimmed],
    ],
  },
  {
    name: "boolean",
    cases: [
      ["(?i)t|true|y|yes|1", "'true'"],
      ["(?i)f|false|n|no|0", "'false'"],
    ],
  },
  {
    name: "date",
    cases: [
      [`${dayShape}([ T].*)?`, `regexp_extract(${trimmed}, '^${dayShape}')`],
      ["[0-9]{4}-[0-9]{1,2}", `${trimmed} || '-1'`],
      ["[0-9]{4}", `${trimmed} || '-1-1'`],
    ],
  },
  {
    name: "timestamp",
    cases: [
      [`${dayShape}[ T]${timeShape}(${zoneShape})?`, timeText(trimmed)],
      [`${dayShape}[ T]?`, `regexp_extract(${trimmed}, '^${dayShape}')`],
      ["[0-9]{4}-[0-9]{1,2}", `${trimmed} || '-1'`],
      ["[0-9]{4}", `${trimmed} || '-1-1'`],
    ],
  },
  {
    name: "timestamp_ntz",
    cases: [
      [`${dayShape}[ T]${timeShape}(${zoneShape})?`, timeText(`regexp_replace(${trimmed}, '${zoneShape}$', '')`)],
      [`${dayShape}[ T]?`, `regexp_extract(${trimmed}, '^${dayShape}')`],
      ["[0-9]{4}-[0-9]{1,2}", `${trimmed} || '-1'`],
      ["[0-9]{4}", `${trimmed} || '-1-1'`],
    ],
  },
];

/** DuckDB wants seconds where the warehouse takes `10:30`, and GMT is no zone of its own. */
function timeText(text: string): string {
  return `regexp_replace(replace(${text}, 'GMT', 'UTC'), '^(${dayShape}[ T][0-9]{1,2}:[0-9]{1,2})($|[^0-9:])', '\\1:00\\3')`;
}

function shapeMacros({ name, cases }: TextShape): string[] {
  const branches = cases
    .map(([shape, text]) => `WHEN regexp_full_match(${trimmed}, '${shape}') THEN ${text}`)
    .join(" ");
  return [
    `text_of_${name}(x, target) AS CASE WHEN x IS NULL THEN NULL ${branches} ELSE ${castFailure} END`,
    `try_text_of_${name}(x) AS CASE ${branches} END`,
  ];
}

const zero = failure(
  "DIVIDE_BY_ZERO",
  "22012",
  '\'Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error.\'',
);
const remainderZero = failure(
  "REMAINDER_BY_ZERO",
  "22012",
  "'Remainder by zero. Use `try_mod` to tolerate divisor being 0 and return NULL instead.'",
);

const zeroIndex = failure(
  "INVALID_INDEX_OF_ZERO",
  "22003",
  "'The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).'",
);
const badStep = failure(
  "DATATYPE_MISMATCH.SEQUENCE_WRONG_STEP",
  "22023",
  "'Illegal sequence boundaries: the step does not lead from start to stop.'",
);
const badIndex = (errorClass: string, cure: string): string =>
  failure(
    errorClass,
    "22003",
    `'The index ' || i || ' is out of bounds. The array has ' || len(a) || ' elements. Use ${cure} to tolerate accessing element at invalid index and return NULL instead.'`,
  );

const plainText = "CAST(abs(x) AS VARCHAR)";
const wholePart = `split_part(${plainText}, '.', 1)`;
const fractionPart = `split_part(${plainText}, '.', 2)`;
const mantissaPart = `split_part(${plainText}, 'e', 1)`;
const bigDigits = `rtrim(${wholePart} || ${fractionPart}, '0')`;
const smallDigits = `ltrim(${fractionPart}, '0')`;
const scientific = (digits: string, exponent: string): string =>
  `left(${digits}, 1) || '.' || coalesce(nullif(substr(${digits}, 2), ''), '0') || 'E' || CAST(${exponent} AS VARCHAR)`;

const macros: readonly string[] = [
  ...textShapes.flatMap(shapeMacros),
  `divide(a, b) AS CASE WHEN b = 0 AND a IS NOT NULL THEN ${zero} ELSE a / b END`,
  `remainder(a, b) AS CASE WHEN b = 0 AND a IS NOT NULL THEN ${remainderZero} WHEN b = 0 THEN NULL ELSE a % b END`,
  `quotient(a, b) AS CASE WHEN b = 0 AND a IS NOT NULL THEN ${zero} WHEN b = 0 THEN NULL ELSE a // b END`,
  // As Java prints a double: plain from 1e-3 to 1e7, else one digit before the point and an exponent.
  `double_text(x) AS CASE WHEN x IS NULL THEN NULL WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
    WHEN x = 0 OR (abs(x) >= 0.001 AND abs(x) < 10000000) THEN CAST(x AS VARCHAR)
    ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || CASE
      WHEN contains(${plainText}, 'e') THEN ${mantissaPart} || CASE WHEN contains(${mantissaPart}, '.') THEN '' ELSE '.0' END || 'E' || CAST(CAST(split_part(${plainText}, 'e', 2) AS INTEGER) AS VARCHAR)
      WHEN abs(x) >= 1 THEN ${scientific(bigDigits, `length(${wholePart}) - 1`)}
      ELSE ${scientific(smallDigits, `length(${smallDigits}) - length(${fractionPart}) - 1`)} END END`,
  // Exact division of decimals: a and b as texts, a's and b's factors, the result's unit 10^s and s. Rounds half up.
  `decimal_digits(x) AS CAST(replace(x, '.', '') AS HUGEINT)`,
  `half_up(a, b) AS (CASE WHEN (a < 0) <> (b < 0) THEN -1 ELSE 1 END) * ((2 * abs(a) + abs(b)) // (2 * abs(b)))`,
  `scaled_text(q, unit, scale) AS CASE WHEN q < 0 THEN '-' ELSE '' END || CAST(abs(q) // unit AS VARCHAR) || '.' || lpad(CAST(abs(q) % unit AS VARCHAR), scale, '0')`,
  `decimal_divide(a, b, by_a, by_b, unit, scale) AS CASE
    WHEN b IS NULL OR a IS NULL THEN NULL
    WHEN memory.main.decimal_digits(b) = 0 THEN ${zero}
    ELSE memory.main.scaled_text(memory.main.half_up(memory.main.decimal_digits(a) * by_a, memory.main.decimal_digits(b) * by_b), unit, scale) END`,
  // A start of 0 counts as 1, a negative one from the end, where what lies before the text is cut off the length.
  `slice_from(s, p) AS CASE WHEN p > 0 THEN p - 1 WHEN p < 0 THEN length(s) + p ELSE 0 END`,
  `slice_text(s, p, n) AS substr(s, greatest(memory.main.slice_from(s, p), 0) + 1, greatest(memory.main.slice_from(s, p) + greatest(n, 0) - greatest(memory.main.slice_from(s, p), 0), 0))`,
  `item_at(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL WHEN i < 0 OR i >= len(a) THEN ${badIndex("INVALID_ARRAY_INDEX", "`get`")} ELSE a[i + 1] END`,
  `element_at(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL WHEN i = 0 THEN ${zeroIndex} WHEN abs(i) > len(a) THEN ${badIndex("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "`try_element_at`")} ELSE a[i] END`,
  `try_element_at(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL WHEN i = 0 THEN ${zeroIndex} ELSE a[i] END`,
  "marks_exists(m) AS CASE WHEN m IS NULL THEN NULL WHEN list_contains(m, true) THEN true WHEN len(list_filter(m, lambda item: item IS NULL)) > 0 THEN NULL ELSE false END",
  "marks_forall(m) AS CASE WHEN m IS NULL THEN NULL WHEN list_contains(m, false) THEN false WHEN len(list_filter(m, lambda item: item IS NULL)) > 0 THEN NULL ELSE true END",
  // Keeps the first of each, and one NULL.
  "distinct_list(a) AS list_filter(a, lambda item, place: len(list_filter(a[1:place - 1], lambda other: other IS NOT DISTINCT FROM item)) = 0)",
  `number_sequence(a, b, step) AS CASE WHEN a IS NULL OR b IS NULL OR step IS NULL THEN NULL WHEN a = b THEN [a] WHEN step = 0 OR (step > 0) <> (b > a) THEN ${badStep} ELSE generate_series(a, b, step) END`,
  `slice_list(a, p, n) AS CASE WHEN a IS NULL OR p IS NULL OR n IS NULL THEN NULL WHEN p = 0 THEN ${zeroIndex} WHEN n <= 0 OR abs(p) > len(a) THEN a[1:0] WHEN p > 0 THEN a[p:p + n - 1] ELSE a[len(a) + p + 1:len(a) + p + n] END`,
];

/** Statements that define the helpers in the engine's own memory catalog, which no statement of a user can name. */
export const macroStatements: readonly string[] = macros.map((macro) => `CREATE MACRO memory.main.${macro}`);

/** A call of a helper. */
export function macro(name: string, ...args: readonly string[]): string {
  return `memory.main.${name}(${args.join(", ")})`;
}
