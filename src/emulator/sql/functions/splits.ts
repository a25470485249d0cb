// Texts taken apart at a plain separator: split with a limit, substring_index.
import { coerce } from "../analyze/context.ts";
import { unsupported } from "../faults.ts";
import { bind } from "../macros.ts";
import { quoteText } from "../names.ts";
import { arrayOf } from "../types.ts";
import { guardedText, readRegex, type Regex } from "./regex.ts";
import { argument, I, literalInteger, literalText, S, type CallSite, type Made } from "./define.ts";

export function regexOf(site: CallSite): Regex {
  return readRegex(literalText(site, 1, "the pattern"));
}

/** As `regexOf`, where a pattern that matches nothing at all makes the engines step on differently. */
export function steppingRegex(site: CallSite): Regex {
  const regex = regexOf(site);
  if (regex.empty) throw unsupported(`${site.name} with a pattern that can match an empty text`);
  return regex;
}

export function splitText(site: CallSite): Made {
  const text = coerce(argument(site, 0), S);
  const limit = site.args.length > 2 ? literalInteger(site, 2, "the limit") : 0;
  if (limit > 0) return splitAtMost(site, text, limit);
  if (literalText(site, 1, "the pattern") === "") {
    // Every letter by itself; an empty text stays one empty text.
    return { sql: `CASE WHEN ${text} = '' THEN [''] ELSE regexp_extract_all(${text}, '(?s).') END`, type: arrayOf(S) };
  }
  const regex = steppingRegex(site);
  return { sql: `string_split_regex(${guardedText(text, regex)}, ${quoteText(regex.pattern)})`, type: arrayOf(S) };
}

/** With a limit the last part keeps what is left, separators and all: these must be one plain text. */
function splitAtMost(site: CallSite, text: string, limit: number): Made {
  const pattern = literalText(site, 1, "the pattern");
  if (!/^(?:[\w ,;:/=@#&%!~"'<>-]|\\[^\w\s])+$/.test(pattern)) throw unsupported("split by a pattern with a limit");
  const separator = quoteText(pattern.replace(/\\(.)/g, "$1"));
  const parts = `string_split(${text}, ${separator})`;
  const rest = `array_to_string(${parts}[${limit}:], ${separator})`;
  return {
    sql: `CASE WHEN len(${parts}) <= ${limit} THEN ${parts} ELSE list_append(${parts}[:${limit - 1}], ${rest}) END`,
    type: arrayOf(S),
  };
}

/** What stands before the separator number `count`, from the left, or after it from the right. */
export function substringIndex(site: CallSite): Made {
  const [text, count] = [coerce(argument(site, 0), S), coerce(argument(site, 2), I)];
  const separator = literalText(site, 1, "the separator");
  // The warehouse steps on by one letter: separators that overlap themselves are counted more than once.
  for (let at = 1; at < separator.length; at++)
    if (separator.startsWith(separator.slice(at)))
      throw unsupported("a separator of substring_index that repeats itself");
  if (separator === "") return { sql: `CASE WHEN ${text} IS NOT NULL AND ${count} IS NOT NULL THEN '' END`, type: S };
  const by = quoteText(separator);
  const sql = bind(
    `struct_pack(parts := string_split(${text}, ${by}), n := CAST(${count} AS BIGINT))`,
    (x) =>
      `CASE WHEN ${x}.parts IS NULL OR ${x}.n IS NULL THEN NULL WHEN ${x}.n = 0 THEN '' WHEN ${x}.n > 0 THEN array_to_string(${x}.parts[:${x}.n], ${by}) ELSE array_to_string(${x}.parts[greatest(len(${x}.parts) + ${x}.n + 1, 1):], ${by}) END`,
  );
  return { sql, type: S };
}
