// Reads what an expression starts with: literals, names, calls, subqueries, lambdas.
import { unsupported } from "../faults.ts";
import { types } from "../types.ts";
import type { Expression, Star } from "./ast.ts";
import { parseCallAfterParenthesis } from "./calls.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";
import { parseIdentifierClause } from "./identifiers.ts";
import { intervalUnit, literal, nullLiteral, numberLiteral, parameterValue, parseInterval } from "./literals.ts";
import { parseWholeQuery, startsQuery } from "./queries.ts";
import {
  followedBy,
  parseCase,
  parseCast,
  parseExists,
  parseExtract,
  parsePosition,
  parseSubstring,
  parseTrim,
} from "./special-forms.ts";

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
  return { node: "cast", operand: literal(types.string, text), type, safe: false, written: `${name} '${text}'` };
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

/** `IDENTIFIER(:c)` in an expression names a column, or the function that is called. */
function parseIdentifierColumn(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  const parts = parseIdentifierClause(cursor);
  if (!cursor.accept("(")) return { node: "column", parts };
  return parseCallOf(cursor, parts);
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
  cursor.next();
  return parseCallOf(cursor, parts);
}

function parseCallOf(cursor: Cursor, parts: readonly string[]): Expression {
  const call = parseCallAfterParenthesis(cursor, (parts.at(-1) ?? "").toLowerCase());
  return parts.length === 1 ? call : { ...call, path: parts };
}
