// The name that the warehouse gives to a column without an alias: the expression, spelled its way.
import { typeText } from "../types.ts";
import { doubleText } from "../values.ts";
import type { Expression, FrameBound, Literal, Ordering, Window } from "../parse/ast.ts";

const shownBefore = new WeakMap<Expression, string>();

/** `(a + 1)`, `count(1)`, `CAST(x AS INT)`, `upper(name)`. Each node is spelled once: a chain of a thousand sums has a thousand. */
export function showExpression(expression: Expression): string {
  const known = shownBefore.get(expression);
  if (known !== undefined) return known;
  const text = spell(expression);
  shownBefore.set(expression, text);
  return text;
}

function spell(expression: Expression): string {
  switch (expression.node) {
    case "literal":
      return showLiteral(expression);
    case "interval":
      return `INTERVAL '${expression.parts.map((part) => `${show(part.amount)} ${part.unit}`).join(" ")}'`;
    case "column":
      return expression.parts.at(-1) ?? "";
    case "star":
      return "*";
    case "call":
      return showCall(expression);
    case "unary":
      return expression.operator === "NOT"
        ? `(NOT ${show(expression.operand)})`
        : `(${expression.operator} ${show(expression.operand)})`;
    case "binary":
      return showBinary(expression);
    case "between":
      return negate(
        expression.negated,
        `between(${show(expression.operand)}, ${show(expression.low)}, ${show(expression.high)})`,
      );
    case "inList":
      return negate(expression.negated, `(${show(expression.operand)} IN (${expression.items.map(show).join(", ")}))`);
    case "inQuery":
      return negate(expression.negated, `(${show(expression.operand)} IN (listquery()))`);
    case "like":
      return showLike(expression);
    case "is":
      return `(${show(expression.operand)} IS ${expression.negated ? "NOT " : ""}${expression.what})`;
    case "case":
      return showCase(expression);
    case "cast":
      return (
        expression.written ??
        `${expression.safe ? "TRY_CAST" : "CAST"}(${show(expression.operand)} AS ${typeText(expression.type)})`
      );
    case "scalarQuery":
      return "scalarsubquery()";
    case "exists":
      return "exists()";
    case "index":
      return `${show(expression.operand)}[${show(expression.index)}]`;
    case "field":
      return `${show(expression.operand)}.${expression.name}`;
    case "lambda":
      return `lambdafunction(${show(expression.body)}, ${expression.parameters.join(", ")})`;
    case "extract":
      return `extract(${expression.unit} FROM ${show(expression.operand)})`;
  }
}

const show = showExpression;

function showLiteral({ type, value }: Literal): string {
  if (value === null) return "NULL";
  if (type.kind === "double") return doubleText(Number(value));
  return type.kind === "binary" ? `X'${String(value).toUpperCase()}'` : String(value);
}

function negate(negated: boolean, text: string): string {
  return negated ? `(NOT ${text})` : text;
}

function showBinary({ operator, left, right }: Extract<Expression, { node: "binary" }>): string {
  if (operator === "||") return `concat(${show(left)}, ${show(right)})`;
  if (operator === "<>") return `(NOT (${show(left)} = ${show(right)}))`;
  if (operator === "DIV") return `(${show(left)} div ${show(right)})`;
  if (operator === "IS DISTINCT FROM") return `(NOT (${show(left)} <=> ${show(right)}))`;
  return `(${show(left)} ${operator} ${show(right)})`;
}

function showLike({ how, operand, patterns, quantifier, negated }: Extract<Expression, { node: "like" }>): string {
  const right =
    quantifier === undefined ? patterns.map(show).join("") : `${quantifier} (${patterns.map(show).join(", ")})`;
  if (how === "RLIKE") return negate(negated, `RLIKE(${show(operand)}, ${right})`);
  if (how === "ILIKE") return negate(negated, `ilike(${show(operand)}, ${right})`);
  return negate(negated, `${show(operand)} LIKE ${right}`);
}

function showCase({ operand, branches, otherwise }: Extract<Expression, { node: "case" }>): string {
  const whens = branches.map(({ when, result }) => {
    const condition = operand === undefined ? show(when) : `(${show(operand)} = ${show(when)})`;
    return `WHEN ${condition} THEN ${show(result)}`;
  });
  return ["CASE", ...whens, ...(otherwise === undefined ? [] : [`ELSE ${show(otherwise)}`]), "END"].join(" ");
}

function showCall(call: Extract<Expression, { node: "call" }>): string {
  // The schema of from_json is no part of the name that the warehouse gives to it.
  const written = call.name === "from_json" ? call.args.slice(0, 1) : call.args;
  const args = written.map((arg) => (arg.node === "star" && call.name === "count" ? "1" : show(arg)));
  const body = `${call.name}(${call.distinct ? "DISTINCT " : ""}${args.join(", ")})`;
  const filter = call.filter === undefined ? "" : ` FILTER (WHERE ${show(call.filter)})`;
  if (call.over === undefined) return `${body}${filter}`;
  const over = typeof call.over === "string" ? call.over : `(${showWindow(call.over)})`;
  return `${body}${filter} OVER ${over}`;
}

function showWindow({ partition, order, frame }: Window): string {
  const parts: string[] = [];
  if (partition.length > 0) parts.push(`PARTITION BY ${partition.map(show).join(", ")}`);
  if (order.length > 0) parts.push(`ORDER BY ${order.map(showOrdering).join(", ")}`);
  if (frame !== undefined) parts.push(`${frame.unit} BETWEEN ${showBound(frame.start)} AND ${showBound(frame.end)}`);
  return parts.join(" ");
}

export function showOrdering({ expression, descending, nullsFirst }: Ordering): string {
  return `${show(expression)} ${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
}

function showBound(bound: FrameBound): string {
  return "offset" in bound ? `${show(bound.offset)} ${bound.kind}` : bound.kind;
}
