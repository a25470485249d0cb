// Regular expressions of Java, which the warehouse speaks, written for RE2, which DuckDB speaks. What the two read differently is refused.
import { coerce, type Typed } from "../analyze/context.ts";
import { unsupported } from "../faults.ts";
import { failure } from "../macros.ts";
import { quoteText } from "../names.ts";
import { types } from "../types.ts";
import type { Made } from "./define.ts";

export interface Regex {
  /** For RE2. */
  readonly pattern: string;
  /** Number of capturing groups. */
  readonly groups: number;
  /** Whether it can match nothing at all, where the engines step on differently. */
  readonly empty: boolean;
  /** Texts on which the two engines differ, as a pattern of RE2; undefined where there are none. */
  readonly doubtful: string | undefined;
}

const lineEnds = "\\n\\r\\x{85}\\x{2028}\\x{2029}";
const blanks = " \\t\\n\\x0B\\f\\r";
const wideBlanks = " \\t\\x{A0}\\x{1680}\\x{180E}\\x{2000}-\\x{200A}\\x{202F}\\x{205F}\\x{3000}";
const posix = "Lower Upper Alpha Digit Alnum Punct Graph Print Cntrl XDigit".split(" ");

interface Reading {
  readonly source: string;
  at: number;
  out: string;
  groups: number;
  dotAll: boolean;
  multiline: boolean;
  readonly doubtful: Set<string>;
}

function refuse(what: string): never {
  throw unsupported(`${what} in a regular expression`);
}

/** Reads a pattern. Throws UNSUPPORTED_FEATURE that names what RE2 does not know or reads otherwise. */
export function readRegex(source: string): Regex {
  const flags = /^\(\?([a-zA-Z]+)\)/.exec(source);
  const letters = flags?.[1] ?? "";
  if (/[^ism]/.test(letters)) refuse(`the flags (?${letters})`);
  const folded = letters.includes("i");
  if (folded && /[^\0-\x7F]/.test(source)) refuse("(?i) with letters beyond ASCII");
  const reading: Reading = {
    source,
    at: flags?.[0].length ?? 0,
    out: "",
    groups: 0,
    dotAll: letters.includes("s"),
    multiline: letters.includes("m"),
    doubtful: new Set(),
  };
  while (reading.at < source.length) readOne(reading);
  // Java folds ASCII letters alone; RE2 also takes the long s and the Kelvin sign for them.
  if (folded) reading.doubtful.add("[\\x{17F}\\x{212A}]");
  const pattern = `${letters === "" ? "" : `(?${letters})`}${reading.out}`;
  return {
    pattern,
    groups: reading.groups,
    empty: matchesNothing(reading.out),
    doubtful: reading.doubtful.size === 0 ? undefined : [...reading.doubtful].join("|"),
  };
}

function matchesNothing(pattern: string): boolean {
  if (/\\[bB]/.test(pattern)) return true;
  const plain = pattern.replaceAll("(?P<", "(?<").replaceAll("\\A", "^").replaceAll("\\z", "$");
  try {
    return new RegExp(`^(?:${plain})$`).test("");
  } catch {
    return true;
  }
}

function readOne(reading: Reading): void {
  const { source, at } = reading;
  const letter = source[at] ?? "";
  if (letter === "\\") return readEscape(reading);
  if (letter === "[") return readClass(reading);
  if (letter === "(") return readGroup(reading);
  reading.at += 1;
  if (letter === ".") reading.out += reading.dotAll ? "." : `[^${lineEnds}]`;
  else if (letter === "$" || letter === "^") readAnchor(reading, letter);
  else if ("*+?}".includes(letter)) {
    if (source[at + 1] === "+") refuse("a possessive quantifier");
    reading.out += letter;
  } else if (letter === "{") {
    if (!/^\{\d{1,3}(,\d{0,3})?\}/.test(source.slice(at))) refuse("a { that begins no small repetition");
    reading.out += letter;
  } else reading.out += letter;
}

/** Java lets `$` stand before a last line end too, and knows more line ends. */
function readAnchor(reading: Reading, letter: "$" | "^"): void {
  if (reading.multiline) reading.doubtful.add("[\\r\\x{85}\\x{2028}\\x{2029}]").add("\\n\\z");
  else if (letter === "$") reading.doubtful.add(`[${lineEnds}]\\z`);
  reading.out += letter;
}

function readGroup(reading: Reading): void {
  const rest = reading.source.slice(reading.at);
  const opening = /^\(\?(?:([:=!>])|<([=!])|<([A-Za-z][A-Za-z0-9]*)>)?/.exec(rest);
  if (opening === null) {
    reading.groups += 1;
    reading.at += 1;
    reading.out += "(";
    return;
  }
  const [whole, kind, behind, name] = opening;
  if (kind === "=" || kind === "!" || behind !== undefined) refuse(`look-around (${whole})`);
  if (kind === ">") refuse("an atomic group (?>)");
  if (kind === undefined && name === undefined) refuse("flags that are not at its beginning");
  reading.at += whole.length;
  if (name !== undefined) reading.groups += 1;
  reading.out += name === undefined ? "(?:" : `(?P<${name}>`;
}

function readEscape(reading: Reading): void {
  const rest = reading.source.slice(reading.at);
  const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest);
  if (quoted !== null) {
    reading.at += quoted[0].length;
    reading.out += (quoted[1] ?? "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return;
  }
  const { taken, made } = escape(rest, false);
  reading.at += taken;
  if (rest[1] === "b" || rest[1] === "B") reading.doubtful.add("[^\\x00-\\x7F]");
  reading.out += made;
}

interface Escape {
  readonly taken: number;
  readonly made: string;
}

/** An escape as RE2 writes it, within a class or outside. */
function escape(rest: string, inClass: boolean): Escape {
  const code = /^\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4}))/.exec(rest);
  if (code !== null) return { taken: code[0].length, made: `\\x{${code[1] ?? code[2] ?? code[3] ?? ""}}` };
  const property = /^\\[pP](?:\{(\w+)\}|([A-Z]))/.exec(rest);
  if (property !== null) return { taken: property[0].length, made: propertyClass(property, inClass) };
  const letter = rest[1] ?? "";
  if (letter === "") refuse("a \\ at the end");
  if (/[1-9]/.test(letter)) refuse(`the back reference \\${letter}`);
  if (letter === "k") refuse("the back reference \\k");
  if (letter === "s") return { taken: 2, made: inClass ? blanks : `[${blanks}]` };
  if (letter === "S" && !inClass) return { taken: 2, made: `[^${blanks}]` };
  if (letter === "h") return { taken: 2, made: inClass ? wideBlanks : `[${wideBlanks}]` };
  const known = inClass ? "dDwWtnrf" : "dDwWbBtnrfAz";
  if (/[A-Za-z0-9]/.test(letter) && !known.includes(letter)) refuse(`the escape \\${letter}`);
  return { taken: 2, made: `\\${letter}` };
}

function propertyClass([whole, long, short]: RegExpExecArray, inClass: boolean): string {
  const name = long ?? short ?? "";
  if (/^(?:[LMNPSZC]|L[ultmo]|M[nce]|N[dlo]|P[cdseifo]|S[mcko]|Z[slp])$/.test(name)) return whole;
  if (!posix.includes(name) || whole[1] === "P") refuse(`the property ${whole}`);
  return inClass ? `[:${name.toLowerCase()}:]` : `[[:${name.toLowerCase()}:]]`;
}

function readClass(reading: Reading): void {
  const { source } = reading;
  let end = reading.at + 1;
  let made = "[";
  if (source[end] === "^") {
    made += "^";
    end += 1;
  }
  if (source[end] === "]") refuse("a ] first in a class");
  for (;;) {
    const letter = source[end];
    if (letter === undefined) refuse("a class without its end");
    if (letter === "]") break;
    if (letter === "[") refuse("a class within a class");
    if (letter === "&" && source[end + 1] === "&") refuse("an intersection of classes");
    const { taken, made: piece } = letter === "\\" ? escape(source.slice(end), true) : { taken: 1, made: letter };
    if (piece === "\\S") refuse("the escape \\S in a class");
    made += piece;
    end += taken;
  }
  reading.at = end + 1;
  reading.out += `${made}]`;
}

/** The text, or a failure when it is one that the two engines see differently. */
export function guardedText(text: string, { doubtful }: Regex): string {
  if (doubtful === undefined) return text;
  const refusal = failure(
    "UNSUPPORTED_FEATURE",
    "0A000",
    "'The emulator does not support this regular expression on this text: line ends, or letters beyond ASCII at a word boundary, count otherwise there.'",
  );
  return `CASE WHEN regexp_matches(${text}, ${quoteText(doubtful)}) THEN ${refusal} ELSE ${text} END`;
}

/** A replacement of Java (`$1`, `${name}`, `\$`) as RE2 writes it. Throws UNSUPPORTED_FEATURE. */
export function readReplacement(source: string, groups: number): string {
  let out = "";
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at] ?? "";
    if (letter === "\\") {
      at += 1;
      const next = source[at];
      if (next === undefined) refuse("a \\ at the end of the replacement");
      out += next === "\\" ? "\\\\" : next;
    } else if (letter === "$") {
      const digit = source[at + 1] ?? "";
      if (!/[0-9]/.test(digit)) refuse("a $ without a number in the replacement");
      if (Number(digit) > groups) refuse(`the group $${digit} that is not there`);
      // Java takes a second digit when there are so many groups.
      if (groups > 9) refuse("more than 9 groups");
      out += `\\${digit}`;
      at += 1;
    } else out += letter;
  }
  return out;
}

/** RLIKE. A pattern that is not a literal cannot be read, and is refused. */
export function matchesPattern(text: Typed, pattern: Typed): Made {
  const operand = coerce(text, types.string);
  if (pattern.type.kind === "null") return { sql: "CAST(NULL AS BOOLEAN)", type: types.boolean };
  const source = pattern.literal?.value;
  if (typeof source !== "string") throw unsupported("a regular expression that is not a literal");
  const regex = readRegex(source);
  return { sql: `regexp_matches(${guardedText(operand, regex)}, ${quoteText(regex.pattern)})`, type: types.boolean };
}
