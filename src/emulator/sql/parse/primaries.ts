// Reads what an expression starts with: literals, names, calls, CASE, CAST, subqueries, lambdas.
import { SqlFault } from "../engine.ts";
import { syntaxError, unsupported } from "../faults.ts";
import { types } from "../types.ts";
import type { Branch, Expression, FunctionCall, Star } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";
import { intervalUnit, literal, nullLiteral, numberLiteral, parameterValue, parseInterval } from "./literals.ts";
import { parseQuery, parseWholeQuery, startsQuery } from "./queries.ts";
import { placeOf } from "./tokens.ts";
import { parseType } from "./types.ts";
import { parseOrdering, parseOver } from "./windows.ts";

export function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token.kind === "number") return numberLiteral(cursor.next().text);
  if (token.kind === "string") return literal(types.string, adjacentStrings(cursor));
  if (token.kind === "parameter") return parameterValue(cursor.parameter(cursor.next().text));
  if (token.kind === "operator") return parseOperatorPrimary(cursor);
  if (token.kind === "quoted") return parseName(cursor);
  if (token.kind === "word") return parseKeyword(cursor) ?? parseName(cursor);
  throw cursor.unexpected();
}

function adjacentStrings(cursor: Cursor): string {
  let text = "";
  while (cursor.peek().kind === "string") text += cursor.next().text;
  return text;
}

function parseOperatorPrimary(cursor: Cursor): Expression {
  if (cursor.at("*")) return parseStar(cursor, []);
  if (cursor.at("?")) throw unsupported("the parameter marker ?; name parameters as :name");
  if (!cursor.at("(")) throw cursor.unexpected();
  const lambda = parseLambdaList(cursor);
  if (lambda !== undefined) return lambda;
  cursor.expect("(");
  const query = parseWholeQuery(cursor);
  if (query !== undefined) return { node: "scalarQuery", query };
  const items = cursor.list(() => parseExpression(cursor));
  cursor.expect(")");
  const [only] = items;
  if (items.length === 1 && only !== undefined) return only;
  // (a, b) is a struct of col1, col2: what makes `(a, b) IN (...)` work.
  return { node: "call", name: "struct", args: items, distinct: false };
}

/** `(x, y) -> body`, or undefined when the parenthesis opens something else. */
function parseLambdaList(cursor: Cursor): Expression | undefined {
  const start = cursor.position;
  cursor.expect("(");
  const names: string[] = [];
  while (cursor.peek().kind === "word" || cursor.peek().kind === "quoted") {
    names.push(cursor.name());
    if (!cursor.accept(",")) break;
  }
  if (names.length > 0 && cursor.accept(")") && cursor.accept("->")) {
    return { node: "lambda", parameters: names, body: parseExpression(cursor) };
  }
  cursor.rewind(start);
  return undefined;
}

/** Words that are functions without parentheses. */
const bareFunctions = new Set([
  "CURRENT_DATE",
  "CURRENT_TIMESTAMP",
  "CURRENT_USER",
  "SESSION_USER",
  "CURRENT_CATALOG",
  "CURRENT_SCHEMA",
  "CURRENT_DATABASE",
  "LOCALTIMESTAMP",
  "USER",
]);

type KeywordParser = (cursor: Cursor) => Expression | undefined;

const keywords: Readonly<Record<string, KeywordParser>> = {
  NULL: (cursor) => taken(cursor, nullLiteral),
  TRUE: (cursor) => taken(cursor, literal(types.boolean, true)),
  FALSE: (cursor) => taken(cursor, literal(types.boolean, false)),
  DATE: (cursor) => typedText(cursor, "DATE"),
  TIMESTAMP: (cursor) => typedText(cursor, "TIMESTAMP"),
  TIMESTAMP_LTZ: (cursor) => typedText(cursor, "TIMESTAMP"),
  TIMESTAMP_NTZ: (cursor) => typedText(cursor, "TIMESTAMP_NTZ"),
  X: parseBinary,
  INTERVAL: parseIntervalKeyword,
  CASE: parseCase,
  CAST: (cursor) => parseCast(cursor, false),
  TRY_CAST: (cursor) => parseCast(cursor, true),
  EXISTS: parseExists,
  EXTRACT: parseExtract,
  POSITION: parsePosition,
  SUBSTRING: parseSubstring,
  SUBSTR: parseSubstring,
  TRIM: parseTrim,
  IDENTIFIER: parseIdentifierColumn,
};

function parseKeyword(cursor: Cursor): Expression | undefined {
  const word = cursor.peek().upper;
  if (cursor.peek(1).text === "->" && cursor.peek(1).kind === "operator") {
    const name = cursor.name();
    cursor.expect("->");
    return { node: "lambda", parameters: [name], body: parseExpression(cursor) };
  }
  if (Object.hasOwn(keywords, word)) return keywords[word]?.(cursor);
  if (bareFunctions.has(word) && !followedBy(cursor, "(") && !followedBy(cursor, ".")) {
    cursor.next();
    return call(word.toLowerCase(), []);
  }
  if (
    [
      "SELECT",
      "FROM",
      "WHERE",
      "GROUP",
      "ORDER",
      "HAVING",
      "LIMIT",
      "UNION",
      "THEN",
      "ELSE",
      "END",
      "WHEN",
      "ON",
      "AS",
    ].includes(word)
  ) {
    if (!followedBy(cursor, ".") && !followedBy(cursor, "(")) throw cursor.unexpected();
  }
  return undefined;
}

function taken(cursor: Cursor, value: Expression): Expression {
  cursor.next();
  return value;
}

function typedText(cursor: Cursor, name: "DATE" | "TIMESTAMP" | "TIMESTAMP_NTZ"): Expression | undefined {
  if (cursor.peek(1).kind !== "string") return undefined;
  cursor.next();
  const text = cursor.next().text;
  const type = { DATE: types.date, TIMESTAMP: types.timestamp, TIMESTAMP_NTZ: types.timestampNtz }[name];
  return { node: "cast", operand: literal(types.string, text), type, safe: false };
}

function parseBinary(cursor: Cursor): Expression | undefined {
  const text = cursor.peek(1);
  if (text.kind !== "string" || text.start !== cursor.peek().end) return undefined;
  if (!/^([0-9a-fA-F]{2})*$/.test(text.text)) throw cursor.unexpected("expected pairs of hexadecimal digits");
  cursor.next();
  cursor.next();
  return literal(types.binary, text.text);
}

function parseIntervalKeyword(cursor: Cursor): Expression | undefined {
  const next = cursor.peek(1);
  if (next.kind === "operator" && next.text !== "-" && next.text !== "(") return undefined;
  if (next.kind === "end") return undefined;
  if (next.kind === "word" && intervalUnit(cursor.peek(2).text) === undefined) return undefined;
  cursor.next();
  return parseInterval(cursor, () => {
    if (!cursor.accept("-")) return parsePrimary(cursor);
    return { node: "unary", operator: "-", operand: parsePrimary(cursor) };
  });
}

function parseCase(cursor: Cursor): Expression {
  cursor.expect("CASE");
  const operand = cursor.at("WHEN") ? undefined : parseExpression(cursor);
  const branches: Branch[] = [];
  while (cursor.accept("WHEN")) {
    const when = parseExpression(cursor);
    cursor.expect("THEN");
    branches.push({ when, result: parseExpression(cursor) });
  }
  if (branches.length === 0) throw cursor.unexpected("expected WHEN");
  const otherwise = cursor.accept("ELSE") ? parseExpression(cursor) : undefined;
  cursor.expect("END");
  return { node: "case", operand, branches, otherwise };
}

function parseCast(cursor: Cursor, safe: boolean): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  cursor.next();
  cursor.expect("(");
  const operand = parseExpression(cursor);
  cursor.expect("AS");
  const type = parseType(cursor);
  cursor.expect(")");
  return { node: "cast", operand, type, safe };
}

/** `EXISTS (SELECT ...)`; `exists(array, lambda)` is a function. */
function parseExists(cursor: Cursor): Expression | undefined {
  const start = cursor.position;
  cursor.next();
  if (cursor.accept("(") && startsQuery(cursor)) {
    const query = parseQuery(cursor);
    cursor.expect(")");
    return { node: "exists", query };
  }
  cursor.rewind(start);
  return undefined;
}

function parseExtract(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  cursor.next();
  cursor.expect("(");
  const unit = cursor.name().toUpperCase();
  cursor.expect("FROM");
  const operand = parseExpression(cursor);
  cursor.expect(")");
  return { node: "extract", unit, operand };
}

function parsePosition(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  const start = cursor.position;
  cursor.next();
  cursor.expect("(");
  // `position(a IN b)`: the operand must not swallow IN.
  const needle = parsePrimary(cursor);
  if (cursor.accept("IN")) {
    const haystack = parseExpression(cursor);
    cursor.expect(")");
    return call("position", [needle, haystack]);
  }
  cursor.rewind(start);
  return undefined;
}

function parseSubstring(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  const start = cursor.position;
  cursor.next();
  cursor.expect("(");
  const text = parseExpression(cursor);
  if (cursor.accept("FROM")) {
    const from = parseExpression(cursor);
    const length = cursor.accept("FOR") ? [parseExpression(cursor)] : [];
    cursor.expect(")");
    return call("substring", [text, from, ...length]);
  }
  cursor.rewind(start);
  return undefined;
}

function parseTrim(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  const start = cursor.position;
  cursor.next();
  cursor.expect("(");
  const side = (["BOTH", "LEADING", "TRAILING"] as const).find((word) => cursor.at(word));
  if (side !== undefined) cursor.next();
  const characters = cursor.at("FROM") ? undefined : parseExpression(cursor);
  if (cursor.accept("FROM")) {
    const text = parseExpression(cursor);
    cursor.expect(")");
    const name = { BOTH: "btrim", LEADING: "ltrim", TRAILING: "rtrim" }[side ?? "BOTH"];
    if (characters === undefined) return call(name, [text]);
    // ltrim and rtrim take the characters first, btrim takes them last.
    return call(name, name === "btrim" ? [text, characters] : [characters, text]);
  }
  cursor.rewind(start);
  return undefined;
}

/** `IDENTIFIER(:c)` in an expression names a column, or the function that is called. */
function parseIdentifierColumn(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  const parts = parseIdentifierClause(cursor);
  if (!cursor.accept("(")) return { node: "column", parts };
  if (parts.length !== 1) throw unsupported("functions in a schema");
  return parseCallAfterParenthesis(cursor, (parts[0] ?? "").toLowerCase());
}

/** `IDENTIFIER('a.b')` as name parts. The text must be a name and nothing else. */
export function parseIdentifierClause(cursor: Cursor): string[] {
  cursor.expect("IDENTIFIER");
  cursor.expect("(");
  let text = "";
  do text += cursor.string();
  while (cursor.accept("||"));
  cursor.expect(")");
  return namesOf(text);
}

function namesOf(text: string): string[] {
  const shape = /(?:`((?:[^`]|``)+)`|([\p{L}_][\p{L}\p{N}_]*))\s*(\.\s*(?=.)|$)/uy;
  const parts: string[] = [];
  let position = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  while (position < end) {
    shape.lastIndex = position;
    const found = shape.exec(text.slice(0, end));
    if (found === null) break;
    parts.push(found[1]?.replaceAll("``", "`") ?? found[2] ?? "");
    position = shape.lastIndex;
  }
  if (parts.length === 0 || position < end) {
    throw new SqlFault("PARSE_SYNTAX_ERROR", "42601", `Syntax error in IDENTIFIER: '${text}' is not a name.`);
  }
  return parts;
}

function parseStar(cursor: Cursor, qualifier: readonly string[]): Star {
  cursor.expect("*");
  if (!cursor.at("EXCEPT", "(")) return { node: "star", qualifier, except: [] };
  // `SELECT * EXCEPT (SELECT ...)` is a set operation.
  const start = cursor.position;
  cursor.next();
  cursor.expect("(");
  if (startsQuery(cursor)) {
    cursor.rewind(start);
    return { node: "star", qualifier, except: [] };
  }
  const except = cursor.list(() => cursor.name());
  cursor.expect(")");
  return { node: "star", qualifier, except };
}

function parseName(cursor: Cursor): Expression {
  const parts = [cursor.name()];
  while (cursor.at(".")) {
    if (cursor.peek(1).text === "*" && cursor.peek(1).kind === "operator") {
      cursor.next();
      return parseStar(cursor, parts);
    }
    cursor.next();
    parts.push(cursor.name());
  }
  if (!cursor.at("(")) return { node: "column", parts };
  if (parts.length > 1) throw unsupported(`the function ${parts.join(".")}: functions in a schema`);
  cursor.next();
  return parseCallAfterParenthesis(cursor, (parts[0] ?? "").toLowerCase());
}

/** A call whose name and opening parenthesis were taken. */
export function parseCallAfterParenthesis(cursor: Cursor, name: string): FunctionCall {
  // dateadd(DAY, 1, d): the unit is a word, not a column.
  const unit = unitArgument(cursor, name);
  const distinct = cursor.accept("DISTINCT");
  if (!distinct) cursor.accept("ALL");
  const rest = cursor.listToParenthesis(() => parseArgument(cursor));
  const args = unit === undefined ? rest : [unit, ...rest];
  const withinGroup = parseWithinGroup(cursor);
  const filter = parseFilter(cursor);
  const ignoreNulls = parseNullTreatment(cursor);
  const over = cursor.accept("OVER") ? parseOver(cursor) : undefined;
  return { node: "call", name, args, distinct, filter, over, ignoreNulls, withinGroup };
}

const unitFunctions = new Set(["dateadd", "date_add", "datediff", "date_diff", "timestampadd", "timestampdiff"]);

function unitArgument(cursor: Cursor, name: string): Expression | undefined {
  if (!unitFunctions.has(name) || cursor.peek().kind !== "word" || cursor.peek(1).text !== ",") return undefined;
  const word = cursor.peek().upper;
  if (intervalUnit(word) === undefined && word !== "QUARTER") return undefined;
  // With two arguments the first one is a date column that happens to be called `day`.
  if (argumentCount(cursor) < 3) return undefined;
  cursor.next();
  cursor.expect(",");
  return { node: "call", name: "unit of time", args: [literal(types.string, word)], distinct: false };
}

function argumentCount(cursor: Cursor): number {
  let depth = 0;
  let count = 1;
  for (let ahead = 0; ; ahead++) {
    const token = cursor.peek(ahead);
    if (token.kind === "end") return count;
    if (token.kind !== "operator") continue;
    if (token.text === "(" || token.text === "[") depth++;
    if (token.text === ")" || token.text === "]") depth--;
    if (depth < 0) return count;
    if (depth === 0 && token.text === ",") count++;
  }
}

function parseArgument(cursor: Cursor): Expression {
  if (cursor.peek(1).text === "=>" && cursor.peek(1).kind === "operator")
    throw unsupported("named arguments (name => value)");
  const value = parseExpression(cursor);
  // struct(a AS x): the name travels as a call that only struct understands.
  if (!cursor.accept("AS")) return value;
  return { node: "call", name: "as", args: [value, literal(types.string, cursor.name())], distinct: false };
}

function parseWithinGroup(cursor: Cursor): FunctionCall["withinGroup"] {
  if (!cursor.accept("WITHIN", "GROUP")) return undefined;
  cursor.expect("(", "ORDER", "BY");
  const order = cursor.list(() => parseOrdering(cursor));
  cursor.expect(")");
  return order;
}

function parseFilter(cursor: Cursor): Expression | undefined {
  if (!cursor.at("FILTER", "(")) return undefined;
  cursor.expect("FILTER", "(", "WHERE");
  const condition = parseExpression(cursor);
  cursor.expect(")");
  return condition;
}

function parseNullTreatment(cursor: Cursor): boolean | undefined {
  if (cursor.accept("IGNORE", "NULLS")) return true;
  return cursor.accept("RESPECT", "NULLS") ? false : undefined;
}

function followedBy(cursor: Cursor, text: string): boolean {
  return cursor.peek(1).kind === "operator" && cursor.peek(1).text === text;
}

function call(name: string, args: readonly Expression[]): FunctionCall {
  return { node: "call", name, args, distinct: false };
}

export function notSupportedAt(cursor: Cursor, what: string): SqlFault {
  const token = cursor.peek();
  return token.kind === "end" ? syntaxError("", placeOf(cursor.source, token.start)) : unsupported(what);
}
