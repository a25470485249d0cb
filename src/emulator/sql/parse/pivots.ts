// Reads PIVOT (...) and UNPIVOT (...) after a relation.
import { unsupported } from "../faults.ts";
import type { Expression, Pivot, PivotItem, Relation, Unpivot } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";

/** The relation with the PIVOT or UNPIVOT that stands after it, or undefined when there is none. */
export function parsePivoted(cursor: Cursor, relation: Relation): Relation | undefined {
  if (cursor.accept("PIVOT")) return parsePivot(cursor, relation);
  return cursor.accept("UNPIVOT") ? parseUnpivot(cursor, relation) : undefined;
}

function parsePivot(cursor: Cursor, relation: Relation): Pivot {
  cursor.expect("(");
  const aggregates = cursor.list(() => parseItem(cursor, parseExpression(cursor)));
  cursor.expect("FOR");
  const columns = cursor.accept("(") ? cursor.listToParenthesis(() => parseColumn(cursor)) : [parseColumn(cursor)];
  cursor.expect("IN", "(");
  const values = cursor.listToParenthesis(() => parseItem(cursor, parseExpression(cursor)));
  cursor.expect(")");
  return { node: "pivot", relation, aggregates, columns, values, alias: parsePivotAlias(cursor) };
}

function parseColumn(cursor: Cursor): Expression {
  const parts = [cursor.name()];
  while (cursor.accept(".")) parts.push(cursor.name());
  return { node: "column", parts };
}

function parseItem(cursor: Cursor, expression: Expression): PivotItem {
  const name = cursor.accept("AS") ? cursor.name() : cursor.bareAlias();
  return { expression, name };
}

function parseUnpivot(cursor: Cursor, relation: Relation): Unpivot {
  const nulls = cursor.accept("INCLUDE", "NULLS");
  if (!nulls) cursor.accept("EXCLUDE", "NULLS");
  cursor.expect("(");
  if (cursor.at("(")) throw unsupported("UNPIVOT into several value columns");
  const value = cursor.name();
  cursor.expect("FOR");
  const name = cursor.name();
  cursor.expect("IN", "(");
  const columns = cursor.listToParenthesis(() => parseItem(cursor, parseColumn(cursor)));
  cursor.expect(")");
  return { node: "unpivot", relation, value, name, columns, nulls, alias: parsePivotAlias(cursor) };
}

function parsePivotAlias(cursor: Cursor): string | undefined {
  return cursor.accept("AS") ? cursor.name() : cursor.bareAlias();
}
