// Helpers that are defined inside DuckDB when the engine opens, for what no single function of DuckDB does alike.
import { quoteText } from "./names.ts";

/** Parts of a failure that a running statement raises; `errors.ts` turns the text back into a fault. */
export const failureMark = "\u0001mortar\u0001";

/** DuckDB expression that fails with this class, state and message. `message` is a DuckDB expression. */
export function failure(errorClass: string, state: string, message: string): string {
  return `error(${quoteText(`${failureMark}${errorClass}\u0001${state}\u0001`)} || ${message})`;
}

/** `body` with `value` worked out once: a helper that names its argument twice would grow with each nesting. */
export function bind(value: string, body: (bound: string) => string): string {
  return `list_transform([${value}], lambda bound: ${body("bound")})[1]`;
}

const castFailure = failure(
  "CAST_INVALID_INPUT",
  "22018",
  `'The value ''' || bound || ''' of the type "STRING" cannot be cast to "' || target || '" because it is malformed. ` +
    "Correct the value as per the syntax, or change its target type. Use `try_cast` to tolerate malformed input and return NULL instead.'",
);

const blank = "' ' || chr(9) || chr(10) || chr(13)";
const trimmed = `trim(bound, ${blank})`;
const numberShape = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?";
const dayShape = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}";
const timeShape = "([01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{0,9})?)?";
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
      [`${numberShape}[dDfF]?`, `regexp_replace(${trimmed}, '[dDfF]$', '')`],
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
    `text_of_${name}(x, target) AS ${bind("x", (x) => `CASE WHEN ${x} IS NULL THEN NULL ${branches} ELSE ${castFailure} END`)}`,
    `try_text_of_${name}(x) AS ${bind("x", () => `CASE ${branches} END`)}`,
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

/** The arguments of a helper, by their names, as its body reads them. */
type Bound = Readonly<Record<string, string>>;

/** A helper whose arguments are each worked out once, however often its body names them. */
function helper(name: string, parameters: string, body: (bound: Bound) => string): string {
  const names = parameters.split(" ");
  const packed = `struct_pack(${names.map((each) => `field_${each} := ${each}`).join(", ")})`;
  const reads: Bound = Object.fromEntries(names.map((each) => [each, `struct_extract(bound, 'field_${each}')`]));
  return `${name}(${names.join(", ")}) AS ${bind(packed, () => body(reads))}`;
}

/** A NULL dividend gives NULL whatever the divisor is. */
function division(name: string, operator: string, fault: string): string {
  return helper(
    name,
    "a b",
    ({ a, b }) => `CASE WHEN ${a} IS NULL THEN NULL WHEN ${b} = 0 THEN ${fault} ELSE ${a} ${operator} ${b} END`,
  );
}

const zeroIndex = failure(
  "INVALID_INDEX_OF_ZERO",
  "22003",
  "'The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).'",
);
const badSliceStart = failure(
  "INVALID_PARAMETER_VALUE.START",
  "22023",
  "'The value of parameter(s) `start` in `slice` is invalid: Expects a positive or a negative value for `start`, but got 0.'",
);
const badSliceLength = failure(
  "INVALID_PARAMETER_VALUE.LENGTH",
  "22023",
  "'The value of parameter(s) `length` in `slice` is invalid: Expects `length` greater than or equal to 0.'",
);
/**
 * Items that one call may make. DuckDB works on 2048 rows at once and neither counts long lists against its memory nor
 * stops within them, so that a call for each row of a table may make fewer.
 */
export const longestList = { once: 10_000_000, eachRow: 200_000 } as const;
const tooManyItems = (most: string): string =>
  failure(
    "UNSUPPORTED_FEATURE",
    "0A000",
    `'The emulator does not support arrays of more than ' || ${most} || ' items in one call.'`,
  );
const badStep = failure(
  "DATATYPE_MISMATCH.SEQUENCE_WRONG_STEP",
  "22023",
  "'Illegal sequence boundaries: the step does not lead from start to stop.'",
);
const badIndex = (errorClass: string, cure: string, { a, i }: Bound): string =>
  failure(
    errorClass,
    "22003",
    `'The index ' || ${i} || ' is out of bounds. The array has ' || len(${a}) || ' elements. Use ${cure} to tolerate accessing element at invalid index and return NULL instead.'`,
  );

/** As Java prints a double: plain from 1e-3 to 1e7, else one digit before the point and an exponent. */
function doubleText({ x }: Bound): string {
  const plain = `CAST(abs(${x}) AS VARCHAR)`;
  const whole = `split_part(${plain}, '.', 1)`;
  const fraction = `split_part(${plain}, '.', 2)`;
  const mantissa = `split_part(${plain}, 'e', 1)`;
  const bigDigits = `rtrim(${whole} || ${fraction}, '0')`;
  const smallDigits = `ltrim(${fraction}, '0')`;
  const scientific = (digits: string, exponent: string): string =>
    `left(${digits}, 1) || '.' || coalesce(nullif(substr(${digits}, 2), ''), '0') || 'E' || CAST(${exponent} AS VARCHAR)`;
  const engine = `${mantissa} || CASE WHEN contains(${mantissa}, '.') THEN '' ELSE '.0' END || 'E' || CAST(CAST(split_part(${plain}, 'e', 2) AS INTEGER) AS VARCHAR)`;
  return `CASE WHEN ${x} IS NULL THEN NULL WHEN isnan(${x}) THEN 'NaN'
    WHEN isinf(${x}) THEN CASE WHEN ${x} > 0 THEN 'Infinity' ELSE '-Infinity' END
    WHEN ${x} = 0 OR (abs(${x}) >= 0.001 AND abs(${x}) < 10000000) THEN CAST(${x} AS VARCHAR)
    ELSE CASE WHEN ${x} < 0 THEN '-' ELSE '' END || CASE WHEN contains(${plain}, 'e') THEN ${engine}
      WHEN abs(${x}) >= 1 THEN ${scientific(bigDigits, `length(${whole}) - 1`)}
      ELSE ${scientific(smallDigits, `length(${smallDigits}) - length(${fraction}) - 1`)} END END`;
}

/** A start of 0 counts as 1, a negative one from the end, where what lies before the text is cut off the length. */
function sliceText({ s, p, n }: Bound): string {
  const from = `CASE WHEN ${p} > 0 THEN ${p} - 1 WHEN ${p} < 0 THEN length(${s}) + ${p} ELSE 0 END`;
  return `substr(${s}, greatest(${from}, 0) + 1, greatest(${from} + greatest(${n}, 0) - greatest(${from}, 0), 0))`;
}

/** Three-valued: one that decides, else an unknown one, else the other. */
function quantifier({ m }: Bound, decides: boolean): string {
  return `CASE WHEN ${m} IS NULL THEN NULL WHEN list_contains(${m}, ${decides}) THEN ${decides}
    WHEN len(list_filter(${m}, lambda item: item IS NULL)) > 0 THEN NULL ELSE ${!decides} END`;
}

const macros: readonly string[] = [
  ...textShapes.flatMap(shapeMacros),
  division("divide", "/", zero),
  division("remainder", "%", remainderZero),
  division("quotient", "//", zero),
  helper("double_text", "x", doubleText),
  // Exact division of decimals: a and b as texts, a's and b's factors, the result's unit 10^s and s. Rounds half up.
  `decimal_digits(x) AS CAST(replace(x, '.', '') AS HUGEINT)`,
  helper(
    "half_up",
    "a b",
    ({ a, b }) =>
      `(CASE WHEN (${a} < 0) <> (${b} < 0) THEN -1 ELSE 1 END) * ((2 * abs(${a}) + abs(${b})) // (2 * abs(${b})))`,
  ),
  helper(
    "scaled_text",
    "q unit scale",
    ({ q, unit, scale }) =>
      `CASE WHEN ${q} < 0 THEN '-' ELSE '' END || CAST(abs(${q}) // ${unit} AS VARCHAR) || '.' || lpad(CAST(abs(${q}) % ${unit} AS VARCHAR), ${scale}, '0')`,
  ),
  helper(
    "decimal_divide",
    "a b by_a by_b unit scale",
    ({
      a,
      b,
      by_a,
      by_b,
      unit,
      scale,
    }) => `CASE WHEN ${b} IS NULL OR ${a} IS NULL THEN NULL WHEN memory.main.decimal_digits(${b}) = 0 THEN ${zero}
      ELSE memory.main.scaled_text(memory.main.half_up(memory.main.decimal_digits(${a}) * ${by_a}, memory.main.decimal_digits(${b}) * ${by_b}), ${unit}, ${scale}) END`,
  ),
  helper(
    "half_even",
    "a unit",
    ({ a, unit }) =>
      `${a} // ${unit} + CASE WHEN 2 * abs(${a} % ${unit}) > ${unit} OR (2 * abs(${a} % ${unit}) = ${unit} AND (${a} // ${unit}) % 2 <> 0) THEN CASE WHEN ${a} < 0 THEN -1 ELSE 1 END ELSE 0 END`,
  ),
  // Digits in threes, from the right.
  "grouped_digits(x) AS ltrim(reverse(regexp_replace(reverse(x), '([0-9]{3})', '\\1,', 'g')), ',')",
  helper("slice_text", "s p n", sliceText),
  helper("item_at", "a i", (bound) => {
    const { a, i } = bound;
    return `CASE WHEN ${a} IS NULL OR ${i} IS NULL THEN NULL WHEN ${i} < 0 OR ${i} >= len(${a}) THEN ${badIndex("INVALID_ARRAY_INDEX", "`get`", bound)} ELSE ${a}[${i} + 1] END`;
  }),
  helper("element_at", "a i", (bound) => {
    const { a, i } = bound;
    const outside = badIndex("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "`try_element_at`", bound);
    return `CASE WHEN ${a} IS NULL OR ${i} IS NULL THEN NULL WHEN ${i} = 0 THEN ${zeroIndex} WHEN abs(${i}) > len(${a}) THEN ${outside} ELSE ${a}[${i}] END`;
  }),
  helper(
    "try_element_at",
    "a i",
    ({ a, i }) =>
      `CASE WHEN ${a} IS NULL OR ${i} IS NULL THEN NULL WHEN ${i} = 0 THEN ${zeroIndex} ELSE ${a}[${i}] END`,
  ),
  helper(
    "item_count",
    "n most",
    ({ n, most = "" }) =>
      `CASE WHEN ${n} < 0 THEN 0 WHEN ${n} > ${most} THEN CAST(${tooManyItems(most)} AS INTEGER) ELSE ${n} END`,
  ),
  helper("marks_exists", "m", (bound) => quantifier(bound, true)),
  helper("marks_forall", "m", (bound) => quantifier(bound, false)),
  // Keeps the first of each, and one NULL.
  "distinct_list(a) AS list_filter(a, lambda item, place: len(list_filter(a[1:place - 1], lambda other: other IS NOT DISTINCT FROM item)) = 0)",
  helper(
    "number_sequence",
    "a b step most",
    ({ a, b, step, most = "" }) =>
      `CASE WHEN ${a} IS NULL OR ${b} IS NULL OR ${step} IS NULL THEN NULL WHEN ${a} = ${b} THEN [${a}] WHEN ${step} = 0 OR (${step} > 0) <> (${b} > ${a}) THEN ${badStep} WHEN abs(CAST(${b} AS HUGEINT) - ${a}) // abs(${step}) >= ${most} THEN ${tooManyItems(most)} ELSE generate_series(${a}, ${b}, ${step}) END`,
  ),
  helper(
    "slice_list",
    "a p n",
    ({ a, p, n }) =>
      `CASE WHEN ${a} IS NULL OR ${p} IS NULL OR ${n} IS NULL THEN NULL WHEN ${p} = 0 THEN ${badSliceStart} WHEN ${n} < 0 THEN ${badSliceLength} WHEN ${n} = 0 OR abs(${p}) > len(${a}) THEN ${a}[1:0]
        WHEN ${p} > 0 THEN ${a}[${p}:${p} + ${n} - 1] ELSE ${a}[len(${a}) + ${p} + 1:len(${a}) + ${p} + ${n}] END`,
  ),
];

/** Statements that define the helpers in the engine's own memory catalog, which no statement of a user can name. */
export const macroStatements: readonly string[] = macros.map((macro) => `CREATE MACRO memory.main.${macro}`);

/** A call of a helper. */
export function macro(name: string, ...args: readonly string[]): string {
  return `memory.main.${name}(${args.join(", ")})`;
}
