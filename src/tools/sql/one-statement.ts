// A text that has to be one statement: the workspace takes one at a time.
import { MortarError } from "../../platform/errors.ts";
import { splitStatements, type SqlStatement } from "./text/split.ts";

/** Throws `invalid_input` for none and for several. */
export function oneStatement(sql: string): SqlStatement {
  const [statement, second] = splitStatements(sql);
  if (statement === undefined) {
    throw new MortarError("invalid_input", "There is no statement in sql", {
      hint: "It holds comments and space alone.",
    });
  }
  if (second === undefined) return statement;
  throw new MortarError("invalid_input", `A second statement begins in line ${second.line}`, {
    hint: "One statement at a time; `execute_sql_script` runs several in their order. Nothing was run.",
  });
}
