// Reads the forms that look like calls and are not: CASE, CAST, EXISTS, EXTRACT, POSITION, SUBSTRING, TRIM.
import type { Branch, Expression } from "./ast.ts";
import { plainCall } from "./calls.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";
import { parsePrimary } from "./primaries.ts";
import { parseQuery, startsQuery } from "./queries.ts";
import { parseType } from "./types.ts";

export function parseCase(cursor: Cursor): Expression {
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

export function parseCast(cursor: Cursor, safe: boolean): Expression | undefined {
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
export function parseExists(cursor: Cursor): Expression | undefined {
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

export function parseExtract(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  cursor.next();
  cursor.expect("(");
  const unit = cursor.name().toUpperCase();
  cursor.expect("FROM");
  const operand = parseExpression(cursor);
  cursor.expect(")");
  return { node: "extract", unit, operand };
}

export function parsePosition(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  const start = cursor.position;
  cursor.next();
  cursor.expect("(");
  // `position(a IN b)`: the operand must not swallow IN.
  const needle = parsePrimary(cursor);
  if (cursor.accept("IN")) {
    const haystack = parseExpression(cursor);
    cursor.expect(")");
    return plainCall("position", [needle, haystack]);
  }
  cursor.rewind(start);
  return undefined;
}

export function parseSubstring(cursor: Cursor): Expression | undefined {
  if (!followedBy(cursor, "(")) return undefined;
  const start = cursor.position;
  cursor.next();
  cursor.expect("(");
  const text = parseExpression(cursor);
  if (cursor.accept("FROM")) {
    const from = parseExpression(cursor);
    const length = cursor.accept("FOR") ? [parseExpression(cursor)] : [];
    cursor.expect(")");
    return plainCall("substring", [text, from, ...length]);
  }
  cursor.rewind(start);
  return undefined;
}

export function parseTrim(cursor: Cursor): Expression | undefined {
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
    if (characters === undefined) return plainCall(name, [text]);
    // ltrim and rtrim take the characters first, btrim takes them last.
    return plainCall(name, name === "btrim" ? [text, characters] : [characters, text]);
  }
  cursor.rewind(start);
  return undefined;
}

/** Whether the token after the next one is this operator. */
export function followedBy(cursor: Cursor, text: string): boolean {
  return cursor.peek(1).kind === "operator" && cursor.peek(1).text === text;
}
