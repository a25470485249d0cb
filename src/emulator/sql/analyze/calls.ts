// Calls: the function is looked up in the table of what is supported; what is not there is refused by name.
import {
  invalidStatement,
  typeMismatch,
  routineNotFound,
  unresolvedRoutine,
  unsupported,
  wrongArguments,
} from "../faults.ts";
import { findFunction } from "../functions/table.ts";
import type { FunctionSpec } from "../functions/define.ts";
import { isGenerator } from "../functions/generators.ts";
import { types } from "../types.ts";
import type { FunctionCall } from "../parse/ast.ts";
import { coerce, type Context, type Scope, type Typed } from "./context.ts";
import { analyze } from "./expressions.ts";
import { measureOf } from "./metrics.ts";
import { inlinedRoutine } from "./routines.ts";
import { showExpression } from "./shown.ts";
import { checkWindow, overSql } from "./windows.ts";

/** The typed form of a call. Throws UNRESOLVED_ROUTINE with the function's name when it is not supported. */
export function analyzeCall(call: FunctionCall, scope: Scope, context: Context): Typed {
  const inner = (part: FunctionCall["args"][number]): Typed => analyze(part, scope, context);
  const routine =
    call.path === undefined && isBuiltIn(call.name) ? undefined : context.routine(call.path ?? [call.name]);
  if (routine !== undefined) return inlinedRoutine(call, routine, { scope, context });
  if (call.path !== undefined) throw routineNotFound(call.path);
  if (call.name === "measure") return measureOf(call, scope);
  if (call.name === "as" || call.name === "unit of time") return helperArgument(call, inner);
  if (isGenerator(call.name)) {
    throw invalidStatement(
      "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
      "42K0E",
      `The generator ${call.name} is supported only as a whole item of SELECT, in LATERAL VIEW and in FROM.`,
    );
  }
  const spec = findFunction(call.name);
  if (spec === undefined) throw unresolvedRoutine(call.name);
  const shown = showExpression(call);
  const args = call.args.map((arg) => (isPlainStar(call, arg) || isStep(call, arg) ? starPiece() : inner(arg)));
  checkForm(spec, call);
  if (args.length < spec.least || args.length > spec.most) {
    throw wrongArguments(
      call.name,
      spec.least === spec.most ? String(spec.least) : `from ${spec.least} to ${spec.most}`,
      args.length,
    );
  }
  const filter = call.filter === undefined ? undefined : coerce(inner(call.filter), types.boolean);
  if (spec.kind === "window" && call.over !== undefined) checkWindow(call, call.over, context.windows);
  const over = call.over === undefined ? undefined : overSql(call.over, context.windows, inner);
  const made = spec.build({ name: call.name, shown, args, node: call, scope, context, filter, over });
  const grouped = spec.kind === "aggregate" && over === undefined;
  if (grouped && args.some((piece) => piece.aggregate)) {
    throw invalidStatement(
      "NESTED_AGGREGATE_FUNCTION",
      "42607",
      "It is not allowed to use an aggregate function in the argument of another aggregate function. Please use the inner aggregate function in a sub-query.",
    );
  }
  return {
    sql: made.sql,
    type: made.type,
    shown,
    aggregate: grouped || args.some((piece) => piece.aggregate),
    volatile: made.volatile === true || args.some((piece) => piece.volatile),
  };
}

function isBuiltIn(name: string): boolean {
  return ["as", "unit of time", "measure"].includes(name) || isGenerator(name) || findFunction(name) !== undefined;
}

function checkForm(spec: FunctionSpec, call: FunctionCall): void {
  if (spec.kind === "window" && call.over === undefined) {
    throw invalidStatement(
      "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
      "42601",
      `Window function ${call.name}() requires an OVER clause.`,
    );
  }
  if (spec.kind === "scalar" && (call.over !== undefined || call.distinct || call.filter !== undefined)) {
    throw invalidStatement(
      "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
      "42000",
      `The function ${call.name} does not support DISTINCT, FILTER or OVER.`,
    );
  }
  if (spec.kind === "window" && (call.distinct || call.filter !== undefined))
    throw unsupported(`DISTINCT or FILTER on the window function ${call.name}`);
  if (call.distinct && call.over !== undefined) {
    throw invalidStatement(
      "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
      "0A000",
      `Distinct window functions are not supported: ${showExpression(call)}.`,
    );
  }
  if (
    call.ignoreNulls === true &&
    !["first", "first_value", "any_value", "last", "last_value", "lag", "lead", "nth_value"].includes(call.name)
  ) {
    throw invalidStatement(
      "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
      "42000",
      `The function ${call.name} does not support IGNORE NULLS.`,
    );
  }
  if (
    call.withinGroup !== undefined &&
    !["percentile_cont", "percentile_disc", "string_agg", "listagg"].includes(call.name)
  ) {
    throw invalidStatement(
      "INVALID_WITHIN_GROUP_EXPRESSION",
      "42K0K",
      `The function ${call.name} does not support WITHIN GROUP.`,
    );
  }
}

/** `x AS name` inside struct(...), and the unit of dateadd: arguments that are no values. */
function helperArgument(call: FunctionCall, inner: (part: FunctionCall["args"][number]) => Typed): Typed {
  const [value, name] = call.args;
  if (value === undefined) throw typeMismatch(call.name, "it is incomplete");
  const piece = inner(value);
  if (name === undefined || name.node !== "literal") return piece;
  return { ...piece, shown: String(name.value), sql: coerce(piece, piece.type) };
}

/** `count(*)`. `count(t.*)` and `count(DISTINCT *)` count something else, and are refused as a star in an expression. */
function isPlainStar(call: FunctionCall, arg: FunctionCall["args"][number]): boolean {
  return (
    arg.node === "star" &&
    call.name === "count" &&
    !call.distinct &&
    arg.qualifier.length + arg.except.length === 0 &&
    call.args.length === 1
  );
}

/** The step of a sequence of dates, which the function reads from the call itself. */
function isStep(call: FunctionCall, arg: FunctionCall["args"][number]): boolean {
  return call.name === "sequence" && arg.node === "interval" && arg === call.args[2];
}

function starPiece(): Typed {
  return { sql: "*", type: types.long, shown: "1", aggregate: false, volatile: false };
}
