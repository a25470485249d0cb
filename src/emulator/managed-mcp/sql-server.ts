// The managed server for SQL.
import { invalid, requiredText } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import { SqlFault } from "../sql/engine.ts";
import { tokenize } from "../sql/parse/tokens.ts";
import type { ManagedServer, ManagedTool } from "./protocol.ts";
import { runStatement, statementShown } from "./statements.ts";

const query = { type: "string", description: "The SQL statement to run." };

const execute = (name: string, readOnly: boolean): ManagedTool => ({
  name,
  readOnly,
  description: readOnly
    ? "Runs a SQL statement that only reads. A long one is asked for again with poll_sql_result."
    : "Runs a SQL statement. A long one is asked for again with poll_sql_result.",
  inputSchema: { type: "object", properties: { query }, required: ["query"] },
  run: async (given, call, world) => {
    const statement = requiredText(given["query"], "query");
    if (readOnly && !isReading(statement)) {
      throw new ApiFault(403, "PERMISSION_DENIED", "Only statements that read are permitted here.");
    }
    const { id } = await runStatement(world, call, { statement });
    return statementShown(world, id);
  },
});

const poll: ManagedTool = {
  name: "poll_sql_result",
  readOnly: true,
  description: "The state of a statement, with its result when it has one.",
  inputSchema: { type: "object", properties: { statement_id: { type: "string" } }, required: ["statement_id"] },
  run: (given, _call, world) =>
    Promise.resolve(statementShown(world, requiredText(given["statement_id"], "statement_id"))),
};

const reading = /^(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXPLAIN|VALUES|LIST|FROM)$/;
const writing = /^(?:INSERT|UPDATE|DELETE|MERGE)$/;

function isReading(statement: string): boolean {
  try {
    const words = tokenize(statement).filter(({ kind, text }) => kind !== "operator" || text !== "(");
    return (
      reading.test(words[0]?.upper ?? "") && !words.some(({ kind, upper }) => kind === "word" && writing.test(upper))
    );
  } catch (thrown) {
    if (thrown instanceof SqlFault) throw invalid(thrown.message);
    throw thrown;
  }
}

export const sqlServer: ManagedServer = {
  name: "databricks-sql",
  instructions: "Runs SQL on a warehouse that the workspace chooses.",
  tools: [execute("execute_sql", false), execute("execute_sql_read_only", true), poll],
};
