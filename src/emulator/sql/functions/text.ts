// Text functions.
import { concatenate } from "../analyze/operators.ts";
import { coerce, type Typed } from "../analyze/context.ts";
import { typeMismatch, unsupported } from "../faults.ts";
import { failure, macro } from "../macros.ts";
import { quoteText } from "../names.ts";
import { arrayOf, isInteger, types } from "../types.ts";
import { asciiOnly, counted, lowerText, repeated, upperText, without } from "./letters.ts";
import { formatNumber } from "./number-format.ts";
import { guardedText, matchesPattern, readReplacement } from "./regex.ts";
import { regexOf, splitText, steppingRegex, substringIndex } from "./splits.ts";
import {
  argument,
  B,
  fixed,
  free,
  I,
  L,
  literalInteger,
  literalText,
  many,
  numeric,
  S,
  type CallSite,
  type FunctionSpec,
  type Made,
} from "./define.ts";

const g = "text";
const int = (sql: string): string => `CAST(${sql} AS INTEGER)`;

/** Functions of text give a BINARY for a BINARY in the warehouse; here they take text alone. */
function requireText(site: CallSite): void {
  if (argument(site, 0).type.kind === "binary") throw unsupported(`${site.name} of a BINARY`);
}

function textOnly(spec: FunctionSpec): FunctionSpec {
  return {
    ...spec,
    build: (site) => {
      requireText(site);
      return spec.build(site);
    },
  };
}

function replaceByPattern(site: CallSite): Made {
  const regex = steppingRegex(site);
  const text = guardedText(coerce(argument(site, 0), S), regex);
  const by = argument(site, 2);
  const literal = by.literal?.value;
  const replacement =
    typeof literal === "string"
      ? quoteText(readReplacement(literal, regex.groups))
      : without("[\\\\$]", coerce(by, S), "\\ and $ in a replacement that is not a literal");
  return { sql: `regexp_replace(${text}, ${quoteText(regex.pattern)}, ${replacement}, 'g')`, type: S };
}

function concatWords(site: CallSite): Made {
  const separator = coerce(argument(site, 0), S);
  const lists = site.args.slice(1).map((piece) => {
    if (piece.type.kind === "array") return `coalesce(${coerce(piece, arrayOf(S))}, CAST([] AS VARCHAR[]))`;
    return `[${coerce(piece, S)}]`;
  });
  if (lists.length === 0) return { sql: `CASE WHEN ${separator} IS NULL THEN NULL ELSE '' END`, type: S };
  const all = lists.reduce((left, right) => `list_concat(${left}, ${right})`);
  const present = `list_filter(${all}, lambda item: item IS NOT NULL)`;
  return {
    sql: `CASE WHEN ${separator} IS NULL THEN NULL ELSE coalesce(array_to_string(${present}, ${separator}), '') END`,
    type: S,
  };
}

function reverse(site: CallSite): Made {
  const piece = argument(site, 0);
  if (piece.type.kind === "array") return { sql: `list_reverse(${piece.sql})`, type: piece.type };
  return { sql: `reverse(${coerce(piece, S)})`, type: S };
}

function lengthOf(site: CallSite): Made {
  const piece = argument(site, 0);
  return {
    sql: int(piece.type.kind === "binary" ? `octet_length(${piece.sql})` : `length(${coerce(piece, S)})`),
    type: I,
  };
}

const badGroup = failure(
  "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
  "22023",
  "'The value of parameter `idx` in `regexp_extract` is out of range.'",
);

function extract(site: CallSite): Made {
  const index = site.args.length > 2 ? literalInteger(site, 2, "the group") : 1;
  const regex = regexOf(site);
  if (index < 0 || index > regex.groups) return { sql: badGroup, type: S };
  const text = guardedText(coerce(argument(site, 0), S), regex);
  return { sql: `regexp_extract(${text}, ${quoteText(regex.pattern)}, ${index})`, type: S };
}

function extractAll(site: CallSite): Made {
  const index = site.args.length > 2 ? literalInteger(site, 2, "the group") : 1;
  const regex = steppingRegex(site);
  if (index < 0 || index > regex.groups) return { sql: badGroup, type: arrayOf(S) };
  const text = guardedText(coerce(argument(site, 0), S), regex);
  const found = `regexp_extract_all(${text}, ${quoteText(regex.pattern)}, ${index})`;
  return { sql: `list_transform(${found}, lambda item: coalesce(item, ''))`, type: arrayOf(S) };
}

function hexOf(site: CallSite): Made {
  const piece = argument(site, 0);
  return { sql: `hex(${isInteger(piece.type) ? coerce(piece, L) : bytes(piece)})`, type: S };
}

function bytes(piece: Typed): string {
  return coerce(piece, types.binary);
}

function sha2(site: CallSite): Made {
  const bits = literalInteger(site, 1, "the length");
  if (bits !== 256 && bits !== 0) throw unsupported(`sha2 with ${bits} bits`);
  return { sql: `sha256(${bytes(argument(site, 0))})`, type: S };
}

function charset(site: CallSite): void {
  const name = literalText(site, 1, "the character set").toUpperCase();
  if (name !== "UTF-8" && name !== "UTF8") throw unsupported(`the character set ${name}`);
}

function trimmed(name: "ltrim" | "rtrim"): FunctionSpec {
  return free(g, { names: name, usage: `${name}([characters,] text)`, args: [1, 2] }, (site) => {
    const [first, second] = [argument(site, 0), site.args[1]];
    if (second === undefined) return { sql: `${name}(${coerce(first, S)}, ' ')`, type: S };
    return { sql: `${name}(${coerce(second, S)}, ${coerce(first, S)})`, type: S };
  });
}

function padded(name: "lpad" | "rpad"): FunctionSpec {
  return fixed(
    g,
    { names: name, usage: `${name}(text, length[, pad])`, takes: [S, I, S], gives: S, optional: 1 },
    (text, length, pad = "' '") =>
      `CASE WHEN ${pad} = '' THEN left(${text}, ${counted(length)}) ELSE ${name}(${text}, ${counted(length)}, ${pad}) END`,
  );
}

function located(names: string, usage: string, order: readonly [needle: number, haystack: number]): FunctionSpec {
  return free(g, { names, usage, args: [2, 3] }, (site) => {
    const needle = coerce(argument(site, order[0]), S);
    const haystack = coerce(argument(site, order[1]), S);
    if (site.args[2] === undefined) return { sql: int(`instr(${haystack}, ${needle})`), type: I };
    const start = coerce(argument(site, 2), I);
    const tail = `instr(substr(${haystack}, ${start}), ${needle})`;
    const sql = `CASE WHEN ${start} IS NULL OR ${start} < 1 THEN CASE WHEN ${haystack} IS NOT NULL AND ${needle} IS NOT NULL OR ${start} IS NULL THEN 0 END WHEN ${needle} = '' AND ${haystack} IS NOT NULL THEN 1 WHEN ${tail} = 0 THEN 0 ELSE ${tail} + ${start} - 1 END`;
    return { sql: int(sql), type: I };
  });
}

function sliced(site: CallSite): Made {
  requireText(site);
  const [text, from] = [coerce(argument(site, 0), S), coerce(argument(site, 1), I)];
  const length = site.args[2] === undefined ? "2147483647" : coerce(site.args[2], I);
  return { sql: macro("slice_text", text, `CAST(${from} AS BIGINT)`, `CAST(${length} AS BIGINT)`), type: S };
}

const splitZero = failure(
  "INVALID_INDEX_OF_ZERO",
  "22003",
  "'The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).'",
);

export const textFunctions: readonly FunctionSpec[] = [
  fixed(g, { names: "upper ucase", usage: "upper(text)", takes: [S], gives: S }, (x = "") => upperText(x)),
  fixed(g, { names: "lower lcase", usage: "lower(text)", takes: [S], gives: S }, (x = "") => lowerText(x)),
  free(
    g,
    { names: "length len char_length character_length", usage: "length(text or binary)", args: [1, 1] },
    lengthOf,
  ),
  fixed(g, { names: "octet_length", usage: "octet_length(text)", takes: [types.binary], gives: I }, (x) =>
    int(`octet_length(${x})`),
  ),
  fixed(g, { names: "bit_length", usage: "bit_length(text)", takes: [types.binary], gives: I }, (x) =>
    int(`octet_length(${x}) * 8`),
  ),
  fixed(
    g,
    { names: "trim", usage: "trim([BOTH | LEADING | TRAILING [characters] FROM] text)", takes: [S], gives: S },
    (x) => `trim(${x}, ' ')`,
  ),
  fixed(
    g,
    { names: "btrim", usage: "btrim(text[, characters])", takes: [S, S], gives: S, optional: 1 },
    (x, characters = "' '") => `trim(${x}, ${characters})`,
  ),
  trimmed("ltrim"),
  trimmed("rtrim"),
  free(g, { names: "concat", usage: "concat(a, b, ...) of texts, binaries or arrays", args: [1, many] }, (site) => {
    const { sql, type } = concatenate(site.args, site.shown);
    return { sql, type };
  }),
  free(g, { names: "concat_ws", usage: "concat_ws(separator, text or array, ...)", args: [1, many] }, concatWords),
  free(g, { names: "substring substr mid", usage: "substring(text, from[, length])", args: [2, 3] }, sliced),
  textOnly(
    fixed(
      g,
      { names: "left", usage: "left(text, length)", takes: [S, I], gives: S },
      (x, n) => `left(${x}, ${counted(n)})`,
    ),
  ),
  textOnly(
    fixed(
      g,
      { names: "right", usage: "right(text, length)", takes: [S, I], gives: S },
      (x, n) => `right(${x}, ${counted(n)})`,
    ),
  ),
  fixed(g, { names: "instr", usage: "instr(text, part)", takes: [S, S], gives: I }, (text, part) =>
    int(`instr(${text}, ${part})`),
  ),
  located("locate position charindex", "locate(part, text[, from])", [0, 1]),
  fixed(
    g,
    { names: "replace", usage: "replace(text, part[, by])", takes: [S, S, S], gives: S, optional: 1 },
    (text, part, by = "''") => `replace(${text}, ${part}, ${by})`,
  ),
  fixed(
    g,
    { names: "translate", usage: "translate(text, from, to)", takes: [S, S, S], gives: S },
    (text, from, to) => `translate(${text}, ${from}, ${to})`,
  ),
  fixed(g, { names: "repeat", usage: "repeat(text, times)", takes: [S, I], gives: S }, (text, times) =>
    repeated(text ?? "", times),
  ),
  free(g, { names: "reverse", usage: "reverse(text or array)", args: [1, 1] }, reverse),
  textOnly(padded("lpad")),
  textOnly(padded("rpad")),
  fixed(
    g,
    { names: "initcap", usage: "initcap(text)", takes: [S], gives: S },
    (x) =>
      `array_to_string(list_transform(string_split(${lowerText(x ?? "")}, ' '), lambda item: upper(left(item, 1)) || substr(item, 2)), ' ')`,
  ),
  fixed(
    g,
    { names: "startswith", usage: "startswith(text, part)", takes: [S, S], gives: B },
    (x, part) => `starts_with(${x}, ${part})`,
  ),
  fixed(
    g,
    { names: "endswith", usage: "endswith(text, part)", takes: [S, S], gives: B },
    (x, part) => `ends_with(${x}, ${part})`,
  ),
  fixed(
    g,
    { names: "contains", usage: "contains(text, part)", takes: [S, S], gives: B },
    (x, part) => `contains(${x}, ${part})`,
  ),
  free(
    g,
    {
      names: "substring_index",
      usage: "substring_index(text, separator, count), the separator a literal",
      args: [3, 3],
    },
    substringIndex,
  ),
  free(
    g,
    { names: "split", usage: "split(text, pattern[, limit]), the pattern and limit literals", args: [2, 3] },
    splitText,
  ),
  fixed(
    g,
    { names: "split_part", usage: "split_part(text, separator, index)", takes: [S, S, I], gives: S },
    (text, separator, index) =>
      `CASE WHEN ${index} = 0 THEN ${splitZero} WHEN ${separator} = '' THEN CASE WHEN abs(${index}) = 1 THEN ${text} ELSE '' END ELSE split_part(${text}, ${separator}, ${index}) END`,
  ),
  free(
    g,
    { names: "regexp_extract", usage: "regexp_extract(text, pattern[, group]), the pattern a literal", args: [2, 3] },
    extract,
  ),
  free(
    g,
    {
      names: "regexp_extract_all",
      usage: "regexp_extract_all(text, pattern[, group]), the pattern a literal",
      args: [2, 3],
    },
    extractAll,
  ),
  free(
    g,
    { names: "regexp_replace", usage: "regexp_replace(text, pattern, by), the pattern a literal", args: [3, 3] },
    replaceByPattern,
  ),
  free(
    g,
    { names: "regexp_like rlike regexp", usage: "regexp_like(text, pattern), the pattern a literal", args: [2, 2] },
    (site) => matchesPattern(argument(site, 0), argument(site, 1)),
  ),
  free(
    g,
    { names: "regexp_count", usage: "regexp_count(text, pattern), the pattern a literal", args: [2, 2] },
    (site) => {
      const regex = steppingRegex(site);
      const text = guardedText(coerce(argument(site, 0), S), regex);
      return { sql: int(`len(regexp_extract_all(${text}, ${quoteText(regex.pattern)}))`), type: I };
    },
  ),
  fixed(g, { names: "ascii", usage: "ascii(text)", takes: [S], gives: I }, (x) =>
    int(`CASE WHEN ${x} = '' THEN 0 ELSE unicode(${x}) END`),
  ),
  fixed(
    g,
    { names: "chr char", usage: "chr(code)", takes: [L], gives: S },
    (n) => `CASE WHEN ${n} < 0 THEN '' ELSE chr(CAST(${n} % 256 AS INTEGER)) END`,
  ),
  fixed(g, { names: "space", usage: "space(count)", takes: [I], gives: S }, (n) => repeated("' '", n)),
  fixed(g, { names: "base64", usage: "base64(binary)", takes: [types.binary], gives: S }, (x) => `base64(${x})`),
  fixed(g, { names: "unbase64", usage: "unbase64(text)", takes: [S], gives: types.binary }, (x) => `from_base64(${x})`),
  free(g, { names: "hex", usage: "hex(number, text or binary)", args: [1, 1] }, hexOf),
  fixed(g, { names: "unhex", usage: "unhex(text)", takes: [S], gives: types.binary }, (x) => `unhex(${x})`),
  fixed(g, { names: "md5", usage: "md5(text or binary)", takes: [types.binary], gives: S }, (x) => `md5(${x})`),
  fixed(g, { names: "sha1 sha", usage: "sha1(text or binary)", takes: [types.binary], gives: S }, (x) => `sha1(${x})`),
  free(g, { names: "sha2", usage: "sha2(text or binary, 256)", args: [2, 2] }, sha2),
  free(g, { names: "encode", usage: "encode(text, 'UTF-8')", args: [2, 2] }, (site) => {
    charset(site);
    return { sql: `encode(${coerce(argument(site, 0), S)})`, type: types.binary };
  }),
  fixed(g, { names: "levenshtein", usage: "levenshtein(a, b)", takes: [S, S], gives: I }, (a, b) =>
    int(`levenshtein(${asciiOnly(a)}, ${asciiOnly(b)})`),
  ),
  free(
    g,
    { names: "format_number", usage: "format_number(number, decimals), the decimals a literal", args: [2, 2] },
    (site) => {
      const places = literalInteger(site, 1, "the decimals");
      if (places < 0 || places > 30) throw typeMismatch(site.shown, "the decimals are from 0 to 30");
      return { sql: formatNumber(argument(site, 0), numeric(site, argument(site, 0)), places), type: S };
    },
  ),
  fixed(g, { names: "uuid", usage: "uuid()", takes: [], gives: S, volatile: true }, () => "CAST(uuid() AS VARCHAR)"),
];
