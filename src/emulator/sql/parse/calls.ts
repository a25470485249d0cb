// Reads the arguments of a call and what may follow them: WITHIN GROUP, FILTER, OVER.
import { unsupported } from "../faults.ts";
import { types } from "../types.ts";
import type { Expression, FunctionCall } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";
import { intervalUnit, literal } from "./literals.ts";
import { parseOrdering, parseOver } from "./windows.ts";

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

/** A plain call, for a special form that is one underneath. */
export function plainCall(name: string, args: readonly Expression[]): FunctionCall {
  return { node: "call", name, args, distinct: false };
}
