// Cuts a Databricks SQL text into tokens: names, strings, numbers, parameters and operators.
import { syntaxError, type Place } from "../faults.ts";

export type TokenKind = "word" | "quoted" | "string" | "number" | "parameter" | "operator" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** As typed; for quoted names and strings the value without quotes. */
  readonly text: string;
  /** Upper case for a bare word, else the text: what keywords are compared with. */
  readonly upper: string;
  readonly start: number;
  readonly end: number;
}

const operators = [
  "<=>",
  "->",
  "=>",
  "==",
  "!=",
  "<>",
  "<=",
  ">=",
  "||",
  "::",
  "|>",
  "??",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  ".",
  ";",
  "+",
  "-",
  "*",
  "/",
  "%",
  "=",
  "<",
  ">",
  "!",
  "~",
  "&",
  "|",
  "^",
  ":",
  "?",
  "@",
  "$",
] as const;

const numberShape = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LSYDF])?(?![A-Za-z0-9_])/iy;
const wordShape = /[\p{L}_][\p{L}\p{N}_]*/uy;
const parameterShape = /:[A-Za-z_][A-Za-z0-9_]*/y;

/** All tokens, the last of which is `end`. Throws PARSE_SYNTAX_ERROR for what is no token, and for an open string or comment. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = skipBlank(source, 0);
  while (position < source.length) {
    const token = readToken(source, position, tokens.at(-1));
    tokens.push(token);
    position = skipBlank(source, token.end);
  }
  tokens.push(make("end", "", source.length, source.length));
  return tokens;
}

function readToken(source: string, start: number, before: Token | undefined): Token {
  const first = source[start] ?? "";
  const raw = /^[rR]['"]/.test(source.slice(start, start + 2));
  if (first === "'" || first === '"' || raw) return readString(source, start, raw);
  if (first === "`") return readQuoted(source, start);
  if (source.startsWith("$$", start)) return readDollars(source, start);
  const number = match(numberShape, source, start);
  // After a dot a number would swallow it: `t.1` is not SQL, `a.b` never starts with a digit.
  if (number !== undefined) return make("number", number, start, start + number.length);
  const word = match(wordShape, source, start);
  if (word !== undefined) return make("word", word, start, start + word.length);
  const parameter = match(parameterShape, source, start);
  if (parameter !== undefined && !touchesOperand(before, start)) {
    return make("parameter", parameter.slice(1), start, start + parameter.length);
  }
  const operator = operators.find((text) => source.startsWith(text, start));
  if (operator !== undefined) return make("operator", operator, start, start + operator.length);
  throw syntaxError(first, placeOf(source, start));
}

/** `payload:field` is a path into JSON, `> :limit` a parameter: the difference is whether an operand ends right before. */
function touchesOperand(before: Token | undefined, start: number): boolean {
  if (before === undefined || before.end !== start) return false;
  return before.kind !== "operator" || before.text === ")" || before.text === "]";
}

function readString(source: string, start: number, raw: boolean): Token {
  const open = raw ? start + 1 : start;
  const quote = source[open] ?? "'";
  let value = "";
  let position = open + 1;
  while (position < source.length) {
    const character = source[position] ?? "";
    if (character === quote) {
      if (source[position + 1] !== quote || raw) return make("string", value, start, position + 1);
      value += quote;
      position += 2;
    } else if (character === "\\" && !raw) {
      const [text, length] = readEscape(source, position);
      value += text;
      position += length;
    } else {
      value += character;
      position++;
    }
  }
  throw syntaxError(quote, placeOf(source, start), "the string is not closed");
}

/** `$$ ... $$`: a text in which nothing is escaped. */
function readDollars(source: string, start: number): Token {
  const end = source.indexOf("$$", start + 2);
  if (end === -1) throw syntaxError("$$", placeOf(source, start), "the text is not closed");
  return make("string", source.slice(start + 2, end), start, end + 2);
}

const simpleEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", "0": "\0", Z: "\x1a" };

/** The text that an escape stands for and the length of the escape. `\%` and `\_` stay, for LIKE. */
function readEscape(source: string, position: number): [string, number] {
  const unicode = /\\u([0-9a-fA-F]{4})/y;
  unicode.lastIndex = position;
  const short = unicode.exec(source);
  if (short?.[1] !== undefined) return [String.fromCharCode(Number.parseInt(short[1], 16)), 6];
  const long = /\\U([0-9a-fA-F]{8})/y;
  long.lastIndex = position;
  const wide = long.exec(source);
  if (wide?.[1] !== undefined && Number.parseInt(wide[1], 16) <= 0x10ffff) {
    return [String.fromCodePoint(Number.parseInt(wide[1], 16)), 10];
  }
  const octal = /\\([0-1][0-7]{2})/y;
  octal.lastIndex = position;
  const code = octal.exec(source);
  if (code?.[1] !== undefined) return [String.fromCharCode(Number.parseInt(code[1], 8)), 4];
  const next = source[position + 1] ?? "";
  if (next === "%" || next === "_") return [`\\${next}`, 2];
  return [simpleEscapes[next] ?? next, 2];
}

function readQuoted(source: string, start: number): Token {
  let value = "";
  let position = start + 1;
  while (position < source.length) {
    if (source[position] !== "`") value += source[position];
    else if (source[position + 1] === "`") {
      value += "`";
      position++;
    } else return make("quoted", value, start, position + 1);
    position++;
  }
  throw syntaxError("`", placeOf(source, start), "the quoted name is not closed");
}

/** The position after white space and comments; bracketed comments nest. */
function skipBlank(source: string, start: number): number {
  let position = start;
  for (;;) {
    while (/\s/.test(source[position] ?? "")) position++;
    if (source.startsWith("--", position)) {
      const end = source.indexOf("\n", position);
      position = end === -1 ? source.length : end;
    } else if (source.startsWith("/*", position)) position = skipBracketed(source, position);
    else return position;
  }
}

function skipBracketed(source: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < source.length) {
    if (source.startsWith("/*", position)) {
      depth++;
      position += 2;
    } else if (source.startsWith("*/", position)) {
      depth--;
      position += 2;
      if (depth === 0) return position;
    } else position++;
  }
  throw syntaxError("/*", placeOf(source, start), "the comment is not closed");
}

function match(shape: RegExp, source: string, position: number): string | undefined {
  shape.lastIndex = position;
  return shape.exec(source)?.[0];
}

function make(kind: TokenKind, text: string, start: number, end: number): Token {
  const upper = kind === "word" ? text.toUpperCase() : text;
  return { kind, text, upper: kind === "word" || kind === "operator" ? upper : "", start, end };
}

/** Line and column of a position, for messages. */
export function placeOf(source: string, position: number): Place {
  const before = source.slice(0, position);
  return { line: before.split("\n").length, column: position - (before.lastIndexOf("\n") + 1) };
}
