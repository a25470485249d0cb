// Letters that Java and DuckDB treat differently: a text with one of them fails by name.
import { bind, failure } from "../macros.ts";
import { quoteText } from "../names.ts";

const runtimeRefusal = (what: string): string =>
  failure("UNSUPPORTED_FEATURE", "0A000", quoteText(`The emulator does not support ${what}.`));

/** The text, or a failure when `pattern` of RE2 is found in it: letters that DuckDB and Java treat differently. */
export function without(pattern: string, text: string, what: string): string {
  return bind(
    text,
    (x) => `CASE WHEN regexp_matches(${x}, ${quoteText(pattern)}) THEN ${runtimeRefusal(what)} ELSE ${x} END`,
  );
}

// Letters whose capital is more than one letter, but for ß.
const grown =
  "[\\x{149}\\x{1F0}\\x{390}\\x{3B0}\\x{587}\\x{1E96}-\\x{1E9A}\\x{1F50}-\\x{1F56}\\x{1F80}-\\x{1FFC}\\x{FB00}-\\x{FB06}\\x{FB13}-\\x{FB17}]";
export const upperText = (x: string): string =>
  `upper(replace(${without(grown, x, "upper of such letters")}, 'ß', 'SS'))`;
export const lowerText = (x: string): string => `lower(${without("[\\x{130}\\x{3A3}]", x, "lower of İ and Σ")})`;

export const asciiOnly = (x = ""): string => without("[^\\x00-\\x7F]", x, "levenshtein of letters beyond ASCII");

// DuckDB neither counts one long text against its memory nor stops within it, and makes 2048 of them at once.
const longestText = 1_000_000;
const tooLong = runtimeRefusal(`texts of more than ${longestText} letters`);

/** A length: what is negative counts as 0, and NULL stays NULL. Too long a one fails. */
export function counted(n = ""): string {
  return bind(
    n,
    (x) => `CASE WHEN ${x} < 0 THEN 0 WHEN ${x} > ${longestText} THEN CAST(${tooLong} AS INTEGER) ELSE ${x} END`,
  );
}

/** The text so many times. */
export function repeated(text: string, times = ""): string {
  return bind(
    `struct_pack(part := ${text}, times := ${times})`,
    (x) =>
      `CASE WHEN length(${x}.part) * CAST(${x}.times AS BIGINT) > ${longestText} THEN ${tooLong} WHEN ${x}.times < 0 THEN repeat(${x}.part, 0) ELSE repeat(${x}.part, ${x}.times) END`,
  );
}
