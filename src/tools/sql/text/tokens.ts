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
// A backslash before the line's end carries the comment on (SqlBaseLexer, SIMPLE_COMMENT).
const lineComment = /--(?:\\\r?\n|[^\r\n])*/uy;
const word = /[\p{L}\p{N}_]+/uy;
const dollarQuote = /\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$/y;
const rawString = /[rR](?:'[^']*'|"[^"]*")/uy;
const plainString = /'[^']*'|"[^"]*"/uy;
const symbol = /::|->|=>|\|>|[<>!]=|<=>|<>|\|\||./suy;

const quotes: Readonly<
  Record<string, { readonly pattern: RegExp; readonly kind: Token["kind"]; readonly what: string }>
> = {
  "'": { pattern: /'(?:\\.|[^'\\])*'/suy, kind: "string", what: "string" },
  '"': { pattern: /"(?:\\.|[^"\\])*"/suy, kind: "string", what: "string" },
  "`": { pattern: /`(?:``|[^`])*`/uy, kind: "quoted", what: "quoted name" },
};

/**
 * All tokens of `sql`; comments and white space are left out. Throws `invalid_input` for a string, quoted name, comment or
 * dollar quote without an end, with its line.
 * @param escapes Whether a backslash escapes in strings: a session may be set up so that it does not
 *   (`spark.sql.parser.escapedStringLiterals`, `spark.sql.ansi.doubleQuotedIdentifiers`). Default true.
 * Source: Databricks SQL language reference, "Lexical rules"; Spark's SqlBaseLexer grammar.
 */
export function tokenize(sql: string, { escapes = true } = {}): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const gap = skip(sql, at);
    if (gap > at) {
      at = gap;
      continue;
    }
    const token = tokenAt(sql, at, escapes);
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
function skip(sql: string, at: number): number {
  if (sql.startsWith("/*", at)) return endOfComment(sql, at);
  return endOf(space, sql, at) ?? endOf(lineComment, sql, at) ?? at;
}

/** Comments nest. */
function endOfComment(sql: string, from: number): number {
  let depth = 0;
  for (let at = from; at < sql.length; at++) {
    const pair = sql.slice(at, at + 2);
    if (pair !== "/*" && pair !== "*/") continue;
    depth += pair === "/*" ? 1 : -1;
    if (depth === 0) return at + 2;
    at += 1;
  }
  throw unclosed(sql, from, "comment");
}

function tokenAt(sql: string, at: number, escapes: boolean): Token {
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
    const isPlain = quote.kind === "string" && !escapes;
    const end = endOf(isPlain ? plainString : quote.pattern, sql, at);
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
