// Reads queries: WITH, SELECT, VALUES, TABLE, set operations, ORDER BY, LIMIT.
import { unsupported } from "../faults.ts";
import type {
  CommonTable,
  Expression,
  Grouping,
  LateralView,
  NamedWindow,
  Query,
  QueryBody,
  Select,
  SelectItem,
  Star,
} from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";
import { parseCallAfterParenthesis } from "./calls.ts";
import { parseRelationList, parseTableName } from "./relations.ts";
import { parseDirection, parseOrdering, parseWindow } from "./windows.ts";

/** Whether a query begins here (in parentheses or not). */
export function startsQuery(cursor: Cursor): boolean {
  let ahead = 0;
  while (cursor.peek(ahead).kind === "operator" && cursor.peek(ahead).text === "(") ahead++;
  const token = cursor.peek(ahead);
  if (token.kind !== "word") return false;
  if (["SELECT", "WITH", "FROM"].includes(token.upper)) return true;
  const next = cursor.peek(ahead + 1);
  if (token.upper === "VALUES") return next.text === "(" || ["number", "string", "parameter"].includes(next.kind);
  return token.upper === "TABLE" && (next.kind === "word" || next.kind === "quoted");
}

/**
 * A query that fills the parenthesis that was opened, with the closing one; undefined, and nothing taken, when the
 * parenthesis holds something else: `((SELECT 1) + 2)`.
 */
export function parseWholeQuery(cursor: Cursor): Query | undefined {
  if (!startsQuery(cursor)) return undefined;
  const start = cursor.position;
  const nested = cursor.at("(");
  const query = parseQuery(cursor);
  if (cursor.accept(")")) return query;
  if (!nested) throw cursor.unexpected();
  cursor.rewind(start);
  return undefined;
}

/** The query at the cursor. Throws PARSE_SYNTAX_ERROR, and UNSUPPORTED_FEATURE by name. */
export function parseQuery(cursor: Cursor): Query {
  return cursor.nested(() => {
    const common = cursor.accept("WITH") ? parseCommonTables(cursor) : [];
    const body = parseSetOperations(cursor);
    return { with: common, body, ...parseTail(cursor) };
  });
}

function parseCommonTables(cursor: Cursor): CommonTable[] {
  if (cursor.at("RECURSIVE")) throw unsupported("WITH RECURSIVE");
  return cursor.list(() => {
    const name = cursor.name();
    const columns = cursor.accept("(") ? cursor.listToParenthesis(() => cursor.name()) : [];
    cursor.accept("AS");
    cursor.expect("(");
    const query = parseQuery(cursor);
    cursor.expect(")");
    return { name, columns, query };
  });
}

function parseTail(cursor: Cursor): Pick<Query, "order" | "limit" | "offset"> {
  for (const word of ["SORT", "CLUSTER", "DISTRIBUTE"]) if (cursor.at(word, "BY")) throw unsupported(`${word} BY`);
  let order: Query["order"] = [];
  if (cursor.accept("ORDER", "BY")) {
    if (cursor.accept("ALL")) order = { all: true, ...parseDirection(cursor) };
    else order = cursor.list(() => parseOrdering(cursor));
  }
  let limit: Expression | undefined;
  let offset: Expression | undefined;
  for (;;) {
    if (limit === undefined && cursor.accept("LIMIT")) {
      if (!cursor.accept("ALL")) limit = parseExpression(cursor);
    } else if (offset === undefined && cursor.accept("OFFSET")) offset = parseExpression(cursor);
    else return { order, limit, offset };
  }
}

function parseSetOperations(cursor: Cursor): QueryBody {
  let left = parseIntersections(cursor);
  for (;;) {
    const operator = setOperator(cursor);
    if (operator === undefined) return left;
    const all = setQuantifier(cursor);
    left = { node: "set", operator, all, left, right: parseIntersections(cursor) };
  }
}

function parseIntersections(cursor: Cursor): QueryBody {
  let left = parseBody(cursor);
  while (cursor.accept("INTERSECT")) {
    const all = setQuantifier(cursor);
    left = { node: "set", operator: "INTERSECT", all, left, right: parseBody(cursor) };
  }
  return left;
}

function setOperator(cursor: Cursor): "UNION" | "EXCEPT" | undefined {
  if (cursor.accept("UNION")) return "UNION";
  return cursor.accept("EXCEPT") || cursor.accept("MINUS") ? "EXCEPT" : undefined;
}

function setQuantifier(cursor: Cursor): boolean {
  if (cursor.at("BY", "NAME")) throw unsupported("UNION BY NAME");
  const all = cursor.accept("ALL");
  if (!all) cursor.accept("DISTINCT");
  return all;
}

function parseBody(cursor: Cursor): QueryBody {
  if (cursor.accept("(")) {
    const query = parseQuery(cursor);
    cursor.expect(")");
    return { node: "nested", query };
  }
  if (cursor.accept("VALUES")) return { node: "values", rows: parseRows(cursor) };
  if (cursor.accept("TABLE")) return { node: "table", name: parseTableName(cursor) };
  if (cursor.at("FROM")) throw unsupported("a query that starts with FROM");
  return cursor.nested(() => parseSelect(cursor));
}

/** Rows of VALUES: `(1, 'a'), (2, 'b')`, or bare values for one column. */
export function parseRows(cursor: Cursor): Expression[][] {
  return cursor.list(() => {
    if (!cursor.accept("(")) return [parseExpression(cursor)];
    const row = cursor.list(() => parseExpression(cursor));
    cursor.expect(")");
    return row;
  });
}

function parseSelect(cursor: Cursor): Select {
  cursor.expect("SELECT");
  const distinct = cursor.accept("DISTINCT");
  if (!distinct) cursor.accept("ALL");
  const items = cursor.list(() => parseItem(cursor));
  const from = cursor.accept("FROM") ? parseRelationList(cursor) : [];
  const views: LateralView[] = [];
  while (cursor.at("LATERAL", "VIEW")) views.push(parseLateralView(cursor));
  const where = cursor.accept("WHERE") ? parseExpression(cursor) : undefined;
  const group = cursor.accept("GROUP", "BY") ? parseGrouping(cursor) : undefined;
  const having = cursor.accept("HAVING") ? parseExpression(cursor) : undefined;
  const qualify = cursor.accept("QUALIFY") ? parseExpression(cursor) : undefined;
  const windows = cursor.accept("WINDOW") ? cursor.list(() => parseNamedWindow(cursor)) : [];
  if (cursor.at("|>")) throw unsupported("the pipe operator |>");
  return { node: "select", distinct, items, from, views, where, group, having, qualify, windows };
}

function parseItem(cursor: Cursor): SelectItem {
  const expression: Expression | Star = parseExpression(cursor);
  if (cursor.accept("AS")) {
    if (cursor.accept("(")) return { expression, aliases: cursor.listToParenthesis(() => cursor.name()) };
    return { expression, aliases: [cursor.name()] };
  }
  const alias = cursor.bareAlias();
  return { expression, aliases: alias === undefined ? [] : [alias] };
}

function parseLateralView(cursor: Cursor): LateralView {
  cursor.expect("LATERAL", "VIEW");
  const outer = cursor.accept("OUTER");
  const name = cursor.name().toLowerCase();
  cursor.expect("(");
  const call = parseCallAfterParenthesis(cursor, name);
  const alias = cursor.at("AS") ? "" : (cursor.bareAlias() ?? "");
  const columns = cursor.accept("AS") ? cursor.list(() => cursor.name()) : [];
  return { call, outer, alias, columns };
}

function parseGrouping(cursor: Cursor): Grouping {
  if (cursor.at("ALL") && cursor.peek(1).text !== "(") {
    cursor.next();
    return { kind: "all", expressions: [], sets: [] };
  }
  if (cursor.accept("GROUPING", "SETS")) return { kind: "sets", expressions: [], sets: parseSets(cursor) };
  for (const kind of ["rollup", "cube"] as const) {
    if (!cursor.at(kind.toUpperCase(), "(")) continue;
    cursor.next();
    cursor.expect("(");
    return { kind, expressions: cursor.listToParenthesis(() => parseExpression(cursor)), sets: [] };
  }
  const expressions = cursor.list(() => parseExpression(cursor));
  if (cursor.at("WITH", "ROLLUP") || cursor.at("WITH", "CUBE")) {
    const kind = cursor.at("WITH", "ROLLUP") ? "rollup" : "cube";
    cursor.next();
    cursor.next();
    return { kind, expressions, sets: [] };
  }
  if (cursor.accept("GROUPING", "SETS")) return { kind: "sets", expressions, sets: parseSets(cursor) };
  return { kind: "list", expressions, sets: [] };
}

function parseSets(cursor: Cursor): Expression[][] {
  cursor.expect("(");
  return cursor.listToParenthesis(() => {
    if (!cursor.accept("(")) return [parseExpression(cursor)];
    return cursor.listToParenthesis(() => parseExpression(cursor));
  });
}

function parseNamedWindow(cursor: Cursor): NamedWindow {
  const name = cursor.name();
  cursor.expect("AS");
  return { name, window: parseWindow(cursor) };
}
