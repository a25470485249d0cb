// Reads what stands in FROM: names, subqueries, VALUES, table functions, joins.
import { unsupported } from "../faults.ts";
import type { Alias, JoinKind, Relation, TableName } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./expressions.ts";
import { parseCallAfterParenthesis } from "./calls.ts";
import { parseIdentifierClause } from "./identifiers.ts";
import { parsePivoted } from "./pivots.ts";
import { parseQuery, parseRows, startsQuery } from "./queries.ts";

/** A name of up to three parts, or IDENTIFIER(...). */
export function parseTableName(cursor: Cursor): TableName {
  if (cursor.at("IDENTIFIER", "(")) return parseIdentifierClause(cursor);
  const parts = [cursor.name()];
  while (cursor.accept(".")) parts.push(cursor.name());
  return parts;
}

export function parseRelationList(cursor: Cursor): Relation[] {
  return cursor.list(() => parseJoins(cursor));
}

function parseJoins(cursor: Cursor): Relation {
  let left = parsePrimaryRelation(cursor);
  for (;;) {
    const pivoted = parsePivoted(cursor, left);
    if (pivoted !== undefined) {
      left = pivoted;
      continue;
    }
    const natural = cursor.accept("NATURAL");
    const kind = joinKind(cursor);
    if (kind === undefined) return left;
    const right = parsePrimaryRelation(cursor);
    const on = !natural && cursor.accept("ON") ? parseExpression(cursor) : undefined;
    const using = on === undefined && cursor.accept("USING") ? parseUsing(cursor) : [];
    left = { node: "join", kind, natural, left, right, on, using };
  }
}

function parseUsing(cursor: Cursor): string[] {
  cursor.expect("(");
  return cursor.listToParenthesis(() => cursor.name());
}

function joinKind(cursor: Cursor): JoinKind | undefined {
  if (cursor.accept("JOIN") || cursor.accept("INNER", "JOIN")) return "INNER";
  if (cursor.accept("CROSS", "JOIN")) return "CROSS";
  for (const side of ["LEFT", "RIGHT", "FULL"] as const) {
    if (cursor.accept(side, "JOIN") || cursor.accept(side, "OUTER", "JOIN")) return side;
  }
  if (cursor.accept("LEFT", "SEMI", "JOIN") || cursor.accept("SEMI", "JOIN")) return "LEFT SEMI";
  if (cursor.accept("LEFT", "ANTI", "JOIN") || cursor.accept("ANTI", "JOIN")) return "LEFT ANTI";
  return undefined;
}

/** One relation without joins, as USING of MERGE takes it. */
export function parseRelation(cursor: Cursor): Relation {
  return parsePrimaryRelation(cursor);
}

function parsePrimaryRelation(cursor: Cursor): Relation {
  return cursor.nested(() => {
    const lateral = !cursor.at("LATERAL", "VIEW") && cursor.accept("LATERAL");
    if (cursor.at("(")) return parseParenthesised(cursor, lateral);
    if (cursor.at("VALUES")) {
      cursor.next();
      return { node: "inline", rows: parseRows(cursor), alias: parseAlias(cursor) };
    }
    if (cursor.at("TABLE", "(")) throw unsupported("table arguments (TABLE(...))");
    if (cursor.at("STREAM")) throw unsupported("STREAM");
    if (
      cursor.at("JSON", ".") ||
      cursor.at("CSV", ".") ||
      cursor.at("PARQUET", ".") ||
      cursor.at("DELTA", ".") ||
      cursor.at("TEXT", ".")
    ) {
      // delta.`/path` reads files by path; a schema of that name would have no slash in the table's name.
      if (cursor.peek(2).kind === "quoted" && cursor.peek(2).text.includes("/")) {
        throw unsupported(`reading files by path (${cursor.peek().text}.\`...\`)`);
      }
    }
    const name = parseTableName(cursor);
    if (name.length === 1 && cursor.accept("(")) {
      const call = parseCallAfterParenthesis(cursor, (name[0] ?? "").toLowerCase());
      return { node: "function", call, alias: parseAlias(cursor), lateral };
    }
    refuseAfterName(cursor);
    const alias = parseAlias(cursor);
    if (cursor.at("TABLESAMPLE")) throw unsupported("TABLESAMPLE");
    return { node: "named", name, alias };
  });
}

function parseParenthesised(cursor: Cursor, lateral: boolean): Relation {
  if (startsQuery(cursor)) {
    const start = cursor.position;
    cursor.expect("(");
    if (startsQuery(cursor)) {
      const query = parseQuery(cursor);
      if (cursor.accept(")")) {
        if (cursor.at("TABLESAMPLE")) throw unsupported("TABLESAMPLE");
        return { node: "derived", query, alias: parseAlias(cursor), lateral };
      }
    }
    // `((SELECT ...) a JOIN b ...)`: the inner parenthesis was a relation.
    cursor.rewind(start);
  }
  cursor.expect("(");
  const relation = parseJoins(cursor);
  cursor.expect(")");
  return { node: "grouped", relation, alias: parseAlias(cursor) };
}

function refuseAfterName(cursor: Cursor): void {
  if (cursor.at("TABLESAMPLE")) throw unsupported("TABLESAMPLE");
  const travels = [
    ["VERSION", "AS", "OF"],
    ["TIMESTAMP", "AS", "OF"],
    ["FOR", "VERSION"],
    ["FOR", "TIMESTAMP"],
    ["FOR", "SYSTEM_TIME"],
    ["FOR", "SYSTEM_VERSION"],
    ["@"],
  ];
  if (travels.some((words) => cursor.at(...words))) throw unsupported("time travel (VERSION AS OF, TIMESTAMP AS OF)");
}

function parseAlias(cursor: Cursor): Alias {
  const name = cursor.accept("AS") ? cursor.name() : cursor.bareAlias();
  if (name === undefined) return { name: undefined, columns: [] };
  const columns = cursor.accept("(") ? cursor.listToParenthesis(() => cursor.name()) : [];
  return { name, columns };
}
