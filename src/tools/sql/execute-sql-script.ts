// execute_sql_script: several statements of one text.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { tableFields, waitSecondsInput } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { waitMs } from "../waiting.ts";
import { sqlLosses, sqlTargets } from "./consequences.ts";
import { outcomeFailed, outcomeOf, placeInput } from "./fields.ts";
import { inlineBytes } from "./statement-call.ts";
import { runScript, type ScriptStep } from "./script-run.ts";
import { effectOf } from "./text/effect.ts";
import { orderStatements, type OrderedStatement } from "./text/order.ts";
import { splitStatements } from "./text/split.ts";
import { chooseWarehouse } from "./warehouse-choice.ts";

const result = z.object({
  line: z.number(),
  kind: z.string(),
  state: z.string(),
  statement_id: z.string().optional(),
  error_code: z.string().optional(),
  error: z.string().optional(),
  ...tableFields,
  total_rows: z.number().optional(),
  truncated: z.boolean(),
  next_offset: z.number().optional(),
});

type Result = z.input<typeof result>;

const most = 200;

export const executeSqlScript = defineTool({
  name: "execute_sql_script",
  toolset: "sql",
  effect: "destructive",
  openWorld: true,
  title: "Execute several SQL statements",
  description:
    "Runs the statements of one text, parted by semicolons, in their order; those that are proven independent run side by side. Stops at the first that fails.",
  input: z.strictObject({
    sql: z.string().min(1),
    ...placeInput,
    max_rows: z.int().min(0).max(1_000).default(20).describe("Rows shown of each result"),
    parallel: z.int().min(1).max(10).default(4).describe("1: strictly one after the other"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object({
    warehouse_id: z.string(),
    warehouse_name: z.string().optional(),
    warehouse_choice: z.string(),
    succeeded: z.number(),
    not_run: z.number(),
    results: z.array(result),
    hint: z.string().optional(),
  }),
  spellings: { sql_content: "sql", query: "sql", max_workers: "parallel" },
  confirm: sqlLosses,
  targets: sqlTargets,
  run: async (context, input) => {
    const statements = splitStatements(input.sql);
    checkCount(statements.length);
    const steps = orderStatements(statements);
    checkSteps(steps);
    const warehouse = await chooseWarehouse(context, input.warehouse_id);
    const ended = await runScript(context, {
      steps,
      parallel: input.parallel,
      timeoutMs: waitMs(input, context),
      warehouseId: warehouse.id,
      catalog: input.catalog,
      schema: input.schema,
      byteLimit: inlineBytes,
    });
    const results = await resultsOf(context, ended, input.max_rows);
    return {
      warehouse_id: warehouse.id,
      warehouse_name: warehouse.name,
      warehouse_choice: warehouse.why,
      succeeded: results.filter(({ state }) => state === "SUCCEEDED").length,
      not_run: results.filter(({ state }) => state === "NOT_RUN").length,
      results,
      hint: hintOf(results),
    };
  },
  text: ({ results, ...rest }) =>
    fieldText(
      fieldLines(rest),
      results.flatMap(({ columns, rows, ...one }, at) => [
        `-- statement ${at + 1}`,
        ...fieldLines(one),
        ...tableLines(columns, rows),
      ]),
    ),
  failed: ({ results }) => results.some(outcomeFailed),
});

/** Before they are compared with each other. Throws `invalid_input` for none and for too many. */
function checkCount(count: number): void {
  if (count === 0) throw new MortarError("invalid_input", "There is no statement in sql");
  if (count <= most) return;
  throw new MortarError("invalid_input", `${count} statements are too many for one call`, {
    hint: `At most ${most}. Nothing was run.`,
  });
}

/** Throws `invalid_input` for what cannot do what it says when each statement has a session of its own. */
function checkSteps(steps: readonly OrderedStatement[]): void {
  const lost = steps.length > 1 ? steps.find(({ use }) => use.session !== undefined) : undefined;
  if (lost === undefined) return;
  throw new MortarError(
    "invalid_input",
    `Line ${lost.statement.line} makes ${lost.use.session} of a session, which the next statement will not find`,
    {
      hint: "Each statement has a session of its own. Put what belongs together into one BEGIN ... END. Nothing was run.",
    },
  );
}

/** Each result in the order of the text; their rows share the room of one answer. */
async function resultsOf(context: ToolContext, steps: readonly ScriptStep[], maxRows: number): Promise<Result[]> {
  const limits = { ...context.limits, textChars: Math.floor(context.limits.textChars / Math.max(1, steps.length)) };
  return await Promise.all(
    steps.map(async ({ ordered, statement }): Promise<Result> => {
      const { line, tokens } = ordered.statement;
      const head = { line, kind: effectOf(tokens).kind };
      if (statement === undefined) return { ...head, state: "NOT_RUN", columns: [], rows: [], truncated: false };
      const page = { offset: 0, maxRows };
      const told = await outcomeOf({ ...context, limits }, statement, { page });
      const { state, statement_id, error_code, error, columns, rows, total_rows, truncated, next_offset } = told;
      return { ...head, state, statement_id, error_code, error, columns, rows, total_rows, truncated, next_offset };
    }),
  );
}

function hintOf(results: readonly Result[]): string | undefined {
  const running = results.find(({ state }) => state === "PENDING" || state === "RUNNING");
  if (running !== undefined) {
    return `The statement in line ${running.line} goes on running: \`get_statement_result\` waits on. The others that say NOT_RUN were not begun; call this again with those alone.`;
  }
  const failed = results.find(outcomeFailed);
  if (failed === undefined) return undefined;
  return `The statement in line ${failed.line} failed. Mend it and call this again with it and those that say NOT_RUN.`;
}
