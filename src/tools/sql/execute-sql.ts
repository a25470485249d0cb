// execute_sql: one statement of any kind.
import { defineTool } from "../define.ts";
import { sqlLosses, sqlTargets } from "./consequences.ts";
import { outcome, outcomeFailed, outcomeText } from "./fields.ts";
import { oneStatement } from "./one-statement.ts";
import { callStatement, statementInput, statementSpellings } from "./statement-call.ts";

export const executeSql = defineTool({
  name: "execute_sql",
  toolset: "sql",
  effect: "destructive",
  openWorld: true,
  title: "Execute SQL",
  description:
    "Runs one SQL statement that changes something: DDL, INSERT, MERGE, GRANT, a BEGIN ... END script. query_sql is for reading.",
  input: statementInput,
  output: outcome,
  spellings: statementSpellings,
  confirm: sqlLosses,
  targets: sqlTargets,
  run: (context, input) => callStatement(context, oneStatement(input.sql).text, input),
  text: outcomeText,
  failed: outcomeFailed,
});
