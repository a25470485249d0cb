// Functions in a schema: their body in the place of the call, with the arguments for its parameters.
import { invalidStatement, unsupported, wrongArguments } from "../faults.ts";
import { Cursor } from "../parse/cursor.ts";
import type { Expression, FunctionCall } from "../parse/ast.ts";
import { parseExpression } from "../parse/expressions.ts";
import { parseQuery, startsQuery } from "../parse/queries.ts";
import { typeFromText } from "../parse/types.ts";
import { coerce, type Context, type FoundRoutine, type Scope, type ScopeColumn, type Typed } from "./context.ts";
import { analyze } from "./expressions.ts";
import { showExpression } from "./shown.ts";

const deepest = 50;

/** The typed form of a call of a SQL function. */
export function inlinedRoutine(
  call: FunctionCall,
  { document, path, within }: FoundRoutine,
  { scope, context }: { readonly scope: Scope; readonly context: Context },
): Typed {
  const name = path.at(-1) ?? "";
  if (call.over !== undefined || call.distinct || call.filter !== undefined)
    throw unsupported(`DISTINCT, FILTER or OVER on the function ${path.join(".")}`);
  if (context.depth > deepest) throw unsupported(`functions that call each other more than ${deepest} deep`);
  const { parameters } = document;
  if (call.args.length !== parameters.length) throw wrongArguments(name, String(parameters.length), call.args.length);
  const args = call.args.map((arg) => analyze(arg, scope, context));
  const columns = parameters.map((parameter, index): ScopeColumn => {
    const type = typeFromText(parameter.type);
    const arg = args[index];
    if (arg === undefined) throw wrongArguments(name, String(parameters.length), index);
    return {
      name: parameter.name,
      type,
      sql: `(${coerce(arg, type)})`,
      qualifier: [name],
      aggregate: arg.aggregate,
      unstable: arg.volatile,
    };
  });
  const inner: Context = {
    ...within,
    unique: context.unique,
    depth: context.depth + 1,
    windows: [],
    common: new Map(),
  };
  const body = analyze(routineBody(document.body.text), { columns, parent: undefined }, inner);
  if (body.aggregate && !args.some((arg) => arg.aggregate)) {
    throw invalidStatement("AGGREGATE_FUNCTION_IN_SQL_FUNCTION", "42845", "A SQL function cannot hold an aggregate.");
  }
  const type = typeFromText(document.returns);
  return { ...body, sql: `(${coerce(body, type)})`, type, shown: showExpression(call), literal: undefined };
}

/** The expression after RETURN; a query is a scalar subquery. */
export function routineBody(text: string): Expression {
  const cursor = new Cursor(text);
  const body: Expression = startsQuery(cursor)
    ? { node: "scalarQuery", query: parseQuery(cursor) }
    : parseExpression(cursor);
  cursor.finish();
  return body;
}
