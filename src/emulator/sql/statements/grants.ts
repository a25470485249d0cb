// GRANT, REVOKE, SHOW GRANTS, CREATE CONNECTION, DROP CONNECTION: what the workspace keeps, not the catalogs.
import type { Beyond, GrantPlace } from "../beyond.ts";
import { alreadyExists, invalidStatement, unsupported } from "../faults.ts";
import { showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { ifExists, ifNotExists, propertyKey } from "./clauses.ts";
import { emptyTable, textTable, type Action, type Construct, type StatementSession } from "./define.ts";

function grant(cursor: Cursor): Action {
  const gives = cursor.accept("GRANT");
  if (!gives) cursor.expect("REVOKE");
  const privileges = cursor.list(() => privilege(cursor));
  const place = placeAfterOn(cursor);
  cursor.expect(gives ? "TO" : "FROM");
  if (cursor.at("RECIPIENT") && ["word", "quoted"].includes(cursor.peek(1).kind)) cursor.next();
  const principal = principalName(cursor);
  const change = { principal, add: gives ? privileges : [], remove: gives ? [] : privileges };
  return async (session) => {
    await beyondOf(session, gives ? "GRANT" : "REVOKE").changeGrants(place(session), change);
    return emptyTable;
  };
}

/** `USE CATALOG`, `ALL PRIVILEGES`: words up to the comma or ON, as the API writes them. */
function privilege(cursor: Cursor): string {
  const words = [cursor.name().toUpperCase()];
  while (!cursor.at(",") && !cursor.at("ON") && cursor.peek().kind === "word") words.push(cursor.name().toUpperCase());
  return words.join("_");
}

function principalName(cursor: Cursor): string {
  return cursor.peek().kind === "string" ? cursor.string() : cursor.name();
}

type Place = (session: StatementSession) => GrantPlace;

const rootTypes: readonly (readonly [words: readonly string[], type: string])[] = [
  [["EXTERNAL", "LOCATION"], "external_location"],
  [["STORAGE", "CREDENTIAL"], "storage_credential"],
  [["CONNECTION"], "connection"],
  [["SHARE"], "share"],
];

function placeAfterOn(cursor: Cursor): Place {
  cursor.expect("ON");
  if (cursor.at("METASTORE")) throw unsupported("grants ON METASTORE in SQL; the API takes them");
  for (const [words, type] of rootTypes) {
    if (!cursor.accept(...words)) continue;
    const name = cursor.name();
    return () => ({ type, name });
  }
  if (cursor.accept("CATALOG")) {
    const name = cursor.name().toLowerCase();
    return () => ({ type: "catalog", name });
  }
  if (cursor.accept("SCHEMA") || cursor.accept("DATABASE")) {
    const name = parseTableName(cursor);
    return (session) => ({ type: "schema", name: session.schemaPath(name).join(".") });
  }
  const type = (["VOLUME", "FUNCTION"] as const).find((word) => cursor.accept(word))?.toLowerCase() ?? "table";
  if (type === "table" && !cursor.accept("TABLE")) cursor.accept("VIEW");
  const name = parseTableName(cursor);
  return (session) => ({ type, name: session.path(name).join(".") });
}

function showGrants(cursor: Cursor): Action {
  cursor.expect("SHOW");
  if (!cursor.accept("GRANTS")) cursor.expect("GRANT");
  const principal = cursor.at("ON") ? undefined : principalName(cursor);
  const place = placeAfterOn(cursor);
  return async (session) => {
    const found = await beyondOf(session, "SHOW GRANTS").grants(place(session));
    return textTable(
      ["Principal", "ActionType", "ObjectType", "ObjectKey"].map((name) => ({ name })),
      found
        .filter((one) => principal === undefined || one.principal === principal)
        .map((one) => [one.principal, one.privilege.replaceAll("_", " "), one.on.type.toUpperCase(), one.on.name]),
    );
  };
}

type OptionValue = (beyond: Beyond) => string;

function createConnection(cursor: Cursor): Action {
  cursor.expect("CREATE", "CONNECTION");
  const tolerant = ifNotExists(cursor);
  const name = cursor.name();
  cursor.expect("TYPE");
  const type = cursor.name().toUpperCase();
  cursor.expect("OPTIONS", "(");
  const options = cursor.listToParenthesis((): [string, OptionValue] => [propertyKey(cursor), optionValue(cursor)]);
  const comment = cursor.accept("COMMENT") ? cursor.string() : undefined;
  return async (session) => {
    const beyond = beyondOf(session, "CREATE CONNECTION");
    if (beyond.hasConnection(name)) {
      if (tolerant) return emptyTable;
      throw alreadyExists("CONNECTION", showName([name]));
    }
    const values = Object.fromEntries(options.map(([key, value]) => [key, value(beyond)]));
    await beyond.createConnection({ name, type, options: values, comment });
    return emptyTable;
  };
}

function optionValue(cursor: Cursor): OptionValue {
  cursor.accept("=");
  if (cursor.accept("SECRET", "(")) {
    const scope = cursor.string();
    cursor.expect(",");
    const key = cursor.string();
    cursor.expect(")");
    return (beyond) => beyond.secret(scope, key);
  }
  const text = cursor.peek().kind === "string" ? cursor.string() : cursor.next().text;
  return () => text;
}

function dropConnection(cursor: Cursor): Action {
  cursor.expect("DROP", "CONNECTION");
  const tolerant = ifExists(cursor);
  const name = cursor.name();
  return async (session) => {
    const beyond = beyondOf(session, "DROP CONNECTION");
    if (beyond.hasConnection(name)) await beyond.dropConnection(name);
    else if (!tolerant) {
      throw invalidStatement("CONNECTION_NOT_FOUND", "42000", `The connection ${showName([name])} cannot be found.`);
    }
    return emptyTable;
  };
}

/** An engine that stands alone has no workspace around it. */
function beyondOf({ beyond }: StatementSession, statement: string): Beyond {
  if (beyond === undefined) throw unsupported(`the statement ${statement}`);
  return beyond;
}

export const grantConstructs: readonly Construct[] = [
  {
    name: "GRANT",
    starts: ["GRANT", "REVOKE"],
    usage:
      "GRANT privileges ON [CATALOG | SCHEMA | TABLE | VIEW | VOLUME | FUNCTION | EXTERNAL LOCATION | STORAGE CREDENTIAL | CONNECTION | SHARE] name TO principal; REVOKE ... FROM principal",
    parse: grant,
  },
  {
    name: "SHOW GRANTS",
    starts: ["SHOW GRANTS", "SHOW GRANT"],
    usage: "SHOW GRANTS [principal] ON type name; also those of what it lies in",
    parse: showGrants,
  },
  {
    name: "CREATE CONNECTION",
    starts: ["CREATE CONNECTION"],
    usage:
      "CREATE CONNECTION [IF NOT EXISTS] name TYPE type OPTIONS (name value | secret('scope', 'key'), ...) [COMMENT text]",
    parse: createConnection,
  },
  {
    name: "DROP CONNECTION",
    starts: ["DROP CONNECTION"],
    usage: "DROP CONNECTION [IF EXISTS] name",
    parse: dropConnection,
  },
];
