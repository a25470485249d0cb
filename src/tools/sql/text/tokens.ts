// The words of Databricks SQL, without its grammar: enough to tell a statement's end from a `;` inside a string.
import { MortarError } from "../../../platform/errors.ts";

export interface Token {
  /** `word` a keyword, name or number; `quoted` a name in backticks; `body` a text between dollar quotes. */
  readonly kind: "word" | "quoted" | "string" | "body" | "symbol";
  /** As it is written, quotes and all. */
  readonly text: string;
  /** A word in capitals, a symbol as it is; empty for all that is quoted, which is never a keyword. */
  readonly key: string;
  /** UTF-16 units from the start of the text. */
  readonly start: number;
  readonly end: number;
}

const space = /\s+/uy;
const lineEnd = /[\r\n]/g;
// A number's exponent ends before what stands at it: `1e+5r'...'` ends in a raw string.
const word = /\d+[eE][+-]\d+|[\p{L}\p{N}_]+/uy;
const dollarQuote = /\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$/y;
const rawString = /[rR](?:'[^']*'|"[^"]*")/uy;
const symbol = /::|->|=>|\|>|[<>!]=|<=>|<>|\|\||./suy;

const quotes: Readonly<Record<string, { readonly kind: Token["kind"]; readonly what: string }>> = {
  "'": { kind: "string", what: "string" },
  '"': { kind: "string", what: "string" },
  "`": { kind: "quoted", what: "quoted name" },
};

/** How a workspace may take what the language leaves to its setup or its version. */
export interface Reading {
  /**
   * Whether a backslash escapes in strings: a session may be set up so that it does not
   * (`spark.sql.parser.escapedStringLiterals`, `spark.sql.ansi.doubleQuotedIdentifiers`).
   */
  readonly escapes: boolean;
  /** At which line ends a backslash carries a `--` comment on (SqlBaseLexer, SIMPLE_COMMENT: at LF alone). */
  readonly carriesOn: "never" | "lf" | "crlf";
  /** Whether a hint's words are read as words, and `/*+` opens nothing inside a comment (SqlBaseLexer, isHint). */
  readonly hints: boolean;
}

const usual: Reading = { escapes: true, carriesOn: "lf", hints: true };

/**
 * All tokens of `sql`; comments and white space are left out. Throws `invalid_input` for a string, quoted name, comment or
 * dollar quote without an end, with its line.
 * @param differing What is read in another way than Spark's.
 * Source: Databricks SQL language reference, "Lexical rules"; Spark's SqlBaseLexer grammar.
 */
export function tokenize(sql: string, differing: Partial<Reading> = {}): readonly Token[] {
  const reading = { ...usual, ...differing };
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const gap = skip(sql, at, reading);
    if (gap > at) {
      at = gap;
      continue;
    }
    const token = tokenAt(sql, at, reading);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** The line of a position, from 1. */
export function lineOf(sql: string, position: number): number {
  return sql.slice(0, position).split("\n").length;
}

/** The end of the white space or comment that begins here; the same position where none does. */
function skip(sql: string, at: number, reading: Reading): number {
  if (reading.hints && sql.startsWith("/*+", at)) return endOfHint(sql, at, reading);
  if (sql.startsWith("/*", at)) return endOfComment(sql, at, reading);
  if (sql.startsWith("--", at)) return endOfLine(sql, at + 2, reading);
  return endOf(space, sql, at) ?? at;
}

/** Where a comment to the line's end stops: before the line's end, which a backslash may take away. */
function endOfLine(sql: string, from: number, { carriesOn }: Reading): number {
  lineEnd.lastIndex = from;
  for (let match = lineEnd.exec(sql); match !== null; match = lineEnd.exec(sql)) {
    const { index } = match;
    const isCrlf = sql.startsWith("\r\n", index);
    const isCarried = (match[0] === "\n" && carriesOn !== "never") || (isCrlf && carriesOn === "crlf");
    if (!isCarried || index === from || sql[index - 1] !== "\\") return index;
    lineEnd.lastIndex = index + (isCrlf ? 2 : 1);
  }
  return sql.length;
}

/** A hint holds words and strings as any other text: it ends at the first end of a comment that is in none of them. */
function endOfHint(sql: string, from: number, reading: Reading): number {
  let at = from + 3;
  while (at < sql.length) {
    if (sql.startsWith("*/", at)) return at + 2;
    // A hint in a hint is no nesting, and would be a call for each.
    if (sql.startsWith("/*+", at)) at += 3;
    else {
      const gap = skip(sql, at, reading);
      at = gap > at ? gap : tokenAt(sql, at, reading).end;
    }
  }
  throw unclosed(sql, from, "hint");
}

/** Comments nest. */
function endOfComment(sql: string, from: number, { hints }: Reading): number {
  let depth = 0;
  for (let at = from; at < sql.length; at++) {
    const pair = sql.slice(at, at + 2);
    if (pair !== "/*" && pair !== "*/") continue;
    if (hints && pair === "/*" && sql[at + 2] === "+") continue;
    depth += pair === "/*" ? 1 : -1;
    if (depth === 0) return at + 2;
    at += 1;
  }
  throw unclosed(sql, from, "comment");
}

function tokenAt(sql: string, at: number, { escapes }: Reading): Token {
  const make = (kind: Token["kind"], end: number): Token => {
    const text = sql.slice(at, end);
    const isKey = kind === "word" || kind === "symbol";
    return { kind, text, key: isKey ? text.toUpperCase() : "", start: at, end };
  };
  const raw = endOf(rawString, sql, at);
  if (raw !== undefined) return make("string", raw);
  const plain = endOf(word, sql, at);
  if (plain !== undefined) return make("word", plain);
  const quote = quotes[sql[at] ?? ""];
  if (quote !== undefined) {
    const end = quote.kind === "string" ? endOfString(sql, at, escapes) : endOfName(sql, at);
    if (end === undefined) throw unclosed(sql, at, quote.what);
    return make(quote.kind, end);
  }
  const opening = endOf(dollarQuote, sql, at);
  if (opening !== undefined) {
    const mark = sql.slice(at, opening);
    const closing = sql.indexOf(mark, opening);
    if (closing === -1) throw unclosed(sql, at, `text in ${mark}`);
    return make("body", closing + mark.length);
  }
  return make("symbol", endOf(symbol, sql, at) ?? at + 1);
}

/** Step by step: a pattern with a choice in it gives up on a text of some megabytes. */
function endOfString(sql: string, from: number, escapes: boolean): number | undefined {
  const quote = sql[from];
  for (let at = from + 1; at < sql.length; at++) {
    if (sql[at] === quote) return at + 1;
    if (escapes && sql[at] === "\\") at += 1;
  }
  return undefined;
}

function endOfName(sql: string, from: number): number | undefined {
  for (let at = sql.indexOf("`", from + 1); at !== -1; at = sql.indexOf("`", at + 2)) {
    if (sql[at + 1] !== "`") return at + 1;
  }
  return undefined;
}

function endOf(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(sql);
  return match === null ? undefined : at + match[0].length;
}

function unclosed(sql: string, at: number, what: string): MortarError {
  return new MortarError("invalid_input", `The ${what} that begins in line ${lineOf(sql, at)} has no end`, {
    hint: "Close it, or escape the quote inside it. Nothing was run.",
  });
}
