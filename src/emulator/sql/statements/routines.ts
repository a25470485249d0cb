// CREATE FUNCTION and DROP FUNCTION: scalar functions of SQL, kept as their text.
import type { ScopeColumn } from "../analyze/context.ts";
import { coerce } from "../analyze/context.ts";
import { analyze } from "../analyze/expressions.ts";
import { routineBody } from "../analyze/routines.ts";
import { alreadyExists, invalidStatement, routineNotFound, unsupported } from "../faults.ts";
import { sameName, showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseExpression } from "../parse/expressions.ts";
import { parseQuery, startsQuery } from "../parse/queries.ts";
import { parseTableName } from "../parse/relations.ts";
import { parseType, typeFromText } from "../parse/types.ts";
import { describeType, duckType } from "../types.ts";
import { duplicateColumn, ifExists, ifNotExists } from "./clauses.ts";
import { emptyTable, type Action, type Construct, type StatementSession } from "./define.ts";

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly comment: string | undefined;
}

function createFunction(cursor: Cursor): Action {
  cursor.expect("CREATE");
  const replace = cursor.accept("OR", "REPLACE");
  cursor.expect("FUNCTION");
  const unlessExists = ifNotExists(cursor);
  const name = parseTableName(cursor);
  cursor.expect("(");
  const parameters = cursor.listToParenthesis(() => parameter(cursor));
  cursor.expect("RETURNS");
  if (cursor.at("TABLE")) throw unsupported("functions that return tables");
  const returns = describeType(parseType(cursor));
  let comment: string | undefined;
  for (;;) {
    if (cursor.accept("COMMENT")) comment = cursor.string();
    else if (
      cursor.accept("LANGUAGE", "SQL") ||
      cursor.accept("DETERMINISTIC") ||
      cursor.accept("NOT", "DETERMINISTIC")
    )
      continue;
    else if (cursor.accept("CONTAINS", "SQL") || cursor.accept("READS", "SQL", "DATA")) continue;
    else if (cursor.at("LANGUAGE")) throw unsupported(`functions in ${cursor.peek(1).text}`);
    else break;
  }
  cursor.expect("RETURN");
  const start = cursor.position;
  if (startsQuery(cursor)) parseQuery(cursor);
  else parseExpression(cursor);
  const text = cursor.textBetween(start, cursor.position);
  return async (session) => {
    await make(session, { name, parameters, returns, comment, text, replace, unlessExists });
    return emptyTable;
  };
}

function parameter(cursor: Cursor): Parameter {
  const name = cursor.name();
  const type = describeType(parseType(cursor));
  if (cursor.at("DEFAULT")) throw unsupported("DEFAULT of a function's parameter");
  return { name, type, comment: cursor.accept("COMMENT") ? cursor.string() : undefined };
}

interface Definition {
  readonly name: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly returns: string;
  readonly comment: string | undefined;
  readonly text: string;
  readonly replace: boolean;
  readonly unlessExists: boolean;
}

async function make(session: StatementSession, definition: Definition): Promise<void> {
  const path = session.path(definition.name);
  const [catalog, schema, name] = path;
  const known = session.catalogs.schema(catalog, schema).functions.get(name);
  if (known !== undefined && definition.unlessExists) return;
  if (known !== undefined && !definition.replace) throw alreadyExists("ROUTINE", showName(path));
  check(session, definition);
  const { parameters, returns, text } = definition;
  const document = {
    ...session.catalogs.newDocument(definition.comment),
    ...(known === undefined ? {} : { id: known.id, createdAt: known.createdAt, owner: known.owner }),
    parameters,
    returns,
    body: { text, catalog: session.catalog, schema: session.schema },
  };
  const put = [{ key: { kind: "function" as const, schema, name }, document }];
  await session.catalogs.change({ catalog, sql: [], put }, session.signal);
}

/** The body must be right for parameters of these types, and give the type that it says. */
function check(session: StatementSession, { name, parameters, returns, text }: Definition): void {
  const columns = parameters.map((each, index): ScopeColumn => {
    if (parameters.slice(0, index).some((other) => sameName(other.name, each.name))) throw duplicateColumn(each.name);
    const type = typeFromText(each.type);
    return { name: each.name, type, sql: `CAST(NULL AS ${duckType(type)})`, qualifier: [name.at(-1) ?? ""] };
  });
  const body = analyze(routineBody(text), { columns, parent: undefined }, session.context());
  if (body.aggregate)
    throw invalidStatement("AGGREGATE_FUNCTION_IN_SQL_FUNCTION", "42845", "A SQL function cannot hold an aggregate.");
  coerce(body, typeFromText(returns));
}

function dropFunction(cursor: Cursor): Action {
  cursor.expect("DROP", "FUNCTION");
  const tolerant = ifExists(cursor);
  const name = parseTableName(cursor);
  return async (session) => {
    const path = session.path(name);
    const [catalog, schema, routine] = path;
    if (session.catalogs.routine(...path) === undefined) {
      if (tolerant) return emptyTable;
      throw routineNotFound(path);
    }
    await session.catalogs.change(
      { catalog, sql: [], drop: [{ kind: "function", schema, name: routine }] },
      session.signal,
    );
    return emptyTable;
  };
}

export const routineConstructs: readonly Construct[] = [
  {
    name: "CREATE FUNCTION",
    starts: ["CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"],
    usage:
      "CREATE [OR REPLACE] FUNCTION [IF NOT EXISTS] name (parameter type, ...) RETURNS type [COMMENT text] RETURN expression | query",
    parse: createFunction,
  },
  { name: "DROP FUNCTION", starts: ["DROP FUNCTION"], usage: "DROP FUNCTION [IF EXISTS] name", parse: dropFunction },
];
