// Reads expressions by precedence: OR, AND, NOT, predicates, bits, sums, products, signs, postfix, primaries.
import { unsupported } from "../faults.ts";
import { types } from "../types.ts";
import type { BinaryOperator, Expression, Like } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { numberLiteral, literal } from "./literals.ts";
import { parsePrimary } from "./primaries.ts";
import { parseType } from "./types.ts";
import { parseWholeQuery } from "./queries.ts";

/** The expression at the cursor. Throws PARSE_SYNTAX_ERROR, and UNSUPPORTED_FEATURE by name for a form that is known and refused. */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(() => parseOr(cursor));
}

function parseOr(cursor: Cursor): Expression {
  let left = parseAnd(cursor);
  while (cursor.accept("OR")) left = binary("OR", left, parseAnd(cursor));
  return left;
}

function parseAnd(cursor: Cursor): Expression {
  let left = parseNot(cursor);
  while (cursor.accept("AND")) left = binary("AND", left, parseNot(cursor));
  return left;
}

function parseNot(cursor: Cursor): Expression {
  if (cursor.accept("NOT") || cursor.accept("!")) {
    return cursor.nested(() => ({ node: "unary", operator: "NOT", operand: parseNot(cursor) }));
  }
  return parsePredicate(cursor);
}

const comparisons: Readonly<Record<string, BinaryOperator>> = {
  "=": "=",
  "==": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "<=>": "<=>",
};

function parsePredicate(cursor: Cursor): Expression {
  let left = parseBits(cursor);
  for (;;) {
    const comparison = cursor.peek().kind === "operator" ? comparisons[cursor.peek().text] : undefined;
    if (comparison !== undefined) {
      cursor.next();
      left = binary(comparison, left, parseBits(cursor));
      continue;
    }
    const next = parseWordPredicate(cursor, left);
    if (next === undefined) return left;
    left = next;
  }
}

function parseWordPredicate(cursor: Cursor, operand: Expression): Expression | undefined {
  if (cursor.at("IS")) return parseIs(cursor, operand);
  const start = cursor.position;
  const negated = cursor.accept("NOT") || cursor.accept("!");
  if (cursor.accept("BETWEEN")) {
    const low = parseBits(cursor);
    cursor.expect("AND");
    return { node: "between", operand, low, high: parseBits(cursor), negated };
  }
  if (cursor.accept("IN")) return parseIn(cursor, operand, negated);
  const like = parseLike(cursor, operand, negated);
  if (like !== undefined) return like;
  cursor.rewind(start);
  return undefined;
}

function parseIs(cursor: Cursor, operand: Expression): Expression {
  cursor.expect("IS");
  const negated = cursor.accept("NOT");
  if (cursor.accept("DISTINCT", "FROM")) {
    const right = parseBits(cursor);
    return negated ? binary("<=>", operand, right) : binary("IS DISTINCT FROM", operand, right);
  }
  for (const what of ["NULL", "TRUE", "FALSE"] as const)
    if (cursor.accept(what)) return { node: "is", operand, what, negated };
  if (cursor.accept("UNKNOWN")) return { node: "is", operand, what: "NULL", negated };
  throw cursor.unexpected("expected NULL, TRUE, FALSE or DISTINCT FROM");
}

function parseIn(cursor: Cursor, operand: Expression, negated: boolean): Expression {
  cursor.expect("(");
  const query = parseWholeQuery(cursor);
  if (query !== undefined) return { node: "inQuery", operand, query, negated };
  const items = cursor.list(() => parseExpression(cursor));
  cursor.expect(")");
  return { node: "inList", operand, items, negated };
}

const likeWords = { LIKE: "LIKE", ILIKE: "ILIKE", RLIKE: "RLIKE", REGEXP: "RLIKE" } as const;

function parseLike(cursor: Cursor, operand: Expression, negated: boolean): Like | undefined {
  const word = (Object.keys(likeWords) as (keyof typeof likeWords)[]).find((each) => cursor.at(each));
  if (word === undefined) return undefined;
  cursor.next();
  const how = likeWords[word];
  const quantifier = parseQuantifier(cursor);
  if (quantifier === undefined) {
    const patterns = [parseBits(cursor)];
    const escape = cursor.accept("ESCAPE") ? cursor.string() : undefined;
    return { node: "like", how, operand, patterns, quantifier, escape, negated };
  }
  cursor.expect("(");
  const patterns = cursor.listToParenthesis(() => parseExpression(cursor));
  return { node: "like", how, operand, patterns, quantifier, escape: undefined, negated };
}

function parseQuantifier(cursor: Cursor): "ANY" | "ALL" | undefined {
  if (cursor.accept("ALL")) return "ALL";
  return cursor.accept("ANY") || cursor.accept("SOME") ? "ANY" : undefined;
}

type Level = readonly BinaryOperator[];
const levels: readonly Level[] = [["|"], ["^"], ["&"], ["+", "-", "||"], ["*", "/", "%", "DIV"]];

function parseBits(cursor: Cursor, level = 0): Expression {
  const operators = levels[level];
  if (operators === undefined) return parseSign(cursor);
  let left = parseBits(cursor, level + 1);
  for (;;) {
    const operator = operators.find((each) => cursor.at(each));
    if (operator === undefined) return left;
    cursor.next();
    left = binary(operator, left, parseBits(cursor, level + 1));
  }
}

function parseSign(cursor: Cursor): Expression {
  for (const operator of ["-", "+", "~"] as const) {
    if (!cursor.accept(operator)) continue;
    // -2147483648 is one literal: its digits alone would be a BIGINT.
    const token = cursor.peek();
    if (operator === "-" && token.kind === "number") {
      const negative = negativeLiteral(token.text);
      if (negative !== undefined) {
        cursor.next();
        return parsePostfix(cursor, negative);
      }
    }
    return cursor.nested(() => ({ node: "unary", operator, operand: parseSign(cursor) }));
  }
  return parsePostfix(cursor, parsePrimary(cursor));
}

function negativeLiteral(text: string): Expression | undefined {
  if (/^2147483648$/.test(text)) return literal(types.int, `-${text}`);
  if (/^9223372036854775808L?$/i.test(text)) return literal(types.long, "-9223372036854775808");
  const value = numberLiteral(text);
  return literal(value.type, `-${String(value.value)}`);
}

function parsePostfix(cursor: Cursor, start: Expression): Expression {
  let operand = start;
  for (;;) {
    if (cursor.accept("[")) {
      const index = parseExpression(cursor);
      cursor.expect("]");
      operand = { node: "index", operand, index };
    } else if (cursor.at("::")) {
      cursor.next();
      operand = { node: "cast", operand, type: parseType(cursor), safe: false };
    } else if (cursor.at("?") && cursor.peek(1).text === "::") {
      throw unsupported("the operator ?::; use try_cast");
    } else if (cursor.at(":")) {
      throw unsupported("the : operator (a path into JSON or VARIANT); use get_json_object");
    } else if (operand.node !== "star" && cursor.at(".") && cursor.peek(1).text !== "*") {
      cursor.next();
      operand = { node: "field", operand, name: cursor.name() };
    } else return operand;
  }
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { node: "binary", operator, left, right };
}
