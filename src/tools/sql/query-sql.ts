// query_sql: one statement that only reads. What may write is refused before it is sent.
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { outcome, outcomeFailed, outcomeText } from "./fields.ts";
import { oneStatement } from "./one-statement.ts";
import { callStatement, statementInput, statementSpellings } from "./statement-call.ts";
import { safeEffectOf } from "./text/effect.ts";

export const querySql = defineTool({
  name: "query_sql",
  toolset: "sql",
  effect: "read",
  title: "Query with SQL",
  description:
    "Runs one SQL statement that only reads (SELECT, WITH, SHOW, DESCRIBE, EXPLAIN) on a warehouse and returns rows. Anything else is refused unsent.",
  input: statementInput,
  output: outcome,
  spellings: statementSpellings,
  run: async (context, input) => {
    const statement = oneStatement(input.sql);
    const { effect, why } = safeEffectOf(statement.text, statement.tokens);
    if (effect !== "read") throw notReading(why);
    return await callStatement(context, statement.text, input);
  },
  text: outcomeText,
  failed: outcomeFailed,
});

export function notReading(why: string | undefined): MortarError {
  return new MortarError("read_only", `The statement is not known to read only: ${why ?? "it writes"}`, {
    hint: "It was not sent. `execute_sql` runs statements that change something, where that is allowed.",
  });
}
