// Every statement that the emulator runs, and those that it refuses by name.
import { unsupported } from "../faults.ts";
import type { Cursor } from "../parse/cursor.ts";
import { startsQuery } from "../parse/queries.ts";
import { alterConstructs } from "./alter.ts";
import { changeConstructs } from "./changes.ts";
import type { Action, Construct } from "./define.ts";
import { describeConstructs } from "./describe.ts";
import { dropConstructs } from "./drops.ts";
import { grantConstructs } from "./grants.ts";
import { maintenanceConstructs } from "./maintenance.ts";
import { mergeConstructs } from "./merge.ts";
import { namespaceConstructs } from "./namespaces.ts";
import { queryAction, queryConstructs } from "./query.ts";
import { routineConstructs } from "./routines.ts";
import { refuseShow, showConstructs } from "./show.ts";
import { tableConstructs } from "./tables.ts";
import { tagConstructs } from "./tags.ts";
import { viewConstructs } from "./views.ts";

/** In the order of the document. */
export function allConstructs(): readonly Construct[] {
  return [
    ...queryConstructs,
    ...changeConstructs,
    ...mergeConstructs,
    ...tableConstructs,
    ...dropConstructs,
    ...viewConstructs,
    ...alterConstructs,
    ...namespaceConstructs,
    ...tagConstructs,
    ...routineConstructs,
    ...grantConstructs,
    ...showConstructs,
    ...describeConstructs,
    ...maintenanceConstructs,
  ];
}

/** Statements of Databricks SQL that are known and refused, by the words they start with. */
export const refusedStatements: readonly string[] = [
  "ALTER SHARE",
  "ALTER CONNECTION",
  "BEGIN",
  "CACHE",
  "CALL",
  "CLEAR CACHE",
  "CONVERT TO DELTA",
  "COPY INTO",
  "CREATE TEMPORARY FUNCTION",
  "CREATE PROCEDURE",
  "CREATE OR REPLACE PROCEDURE",
  "CREATE MATERIALIZED VIEW",
  "CREATE OR REPLACE MATERIALIZED VIEW",
  "CREATE STREAMING TABLE",
  "CREATE OR REFRESH",
  "CREATE EXTERNAL LOCATION",
  "CREATE SHARE",
  "CREATE RECIPIENT",
  "CREATE STORAGE CREDENTIAL",
  "CREATE BLOOMFILTER",
  "DECLARE",
  "DENY",
  "DROP PROCEDURE",
  "DROP SHARE",
  "DROP RECIPIENT",
  "DROP EXTERNAL LOCATION",
  "EXECUTE IMMEDIATE",
  "FSCK",
  "GET",
  "INSTALL",
  "LIST",
  "LOAD",
  "MSCK",
  "PUT",
  "REMOVE",
  "REORG",
  "REPAIR",
  "RESET",
  "RESTORE",
  "SYNC",
  "UNCACHE",
  "UNDROP",
  "ADD",
  "APPLY CHANGES",
  "FROM",
  // Of other databases, and of the engine beneath: they read files or load code.
  "ATTACH",
  "DETACH",
  "CHECKPOINT",
  "COPY",
  "EXPORT",
  "IMPORT",
  "PRAGMA",
  "PREPARE",
  "EXECUTE",
  "DEALLOCATE",
  "COMMIT",
  "ROLLBACK",
  "START TRANSACTION",
  "PIVOT",
  "UNPIVOT",
  "SUMMARIZE",
];

/** Reads one statement and gives what it does. Throws PARSE_SYNTAX_ERROR, or UNSUPPORTED_FEATURE by name. */
export function parseStatement(cursor: Cursor): Action {
  const action = chosen(cursor);
  cursor.finish();
  return action;
}

function chosen(cursor: Cursor): Action {
  if (cursor.peek().kind === "end") throw cursor.unexpected();
  const construct = longestMatch(allConstructs(), cursor);
  const refused = refusedStatements
    .filter((words) => cursor.at(...words.split(" ")))
    .sort((a, b) => b.length - a.length)[0];
  if (construct === undefined && refused === undefined && cursor.at("SHOW")) return refuseShow(cursor);
  if (refused !== undefined && (construct === undefined || refused.length > construct.words.length))
    throw unsupported(`the statement ${refused}`);
  if (construct !== undefined) return construct.construct.parse(cursor);
  if (startsQuery(cursor)) return queryAction(cursor);
  throw cursor.unexpected();
}

function longestMatch(
  constructs: readonly Construct[],
  cursor: Cursor,
): { readonly construct: Construct; readonly words: string } | undefined {
  let best: { construct: Construct; words: string } | undefined;
  for (const construct of constructs) {
    for (const words of construct.starts) {
      if (cursor.at(...words.split(" ")) && (best === undefined || words.length > best.words.length))
        best = { construct, words };
    }
  }
  return best;
}
