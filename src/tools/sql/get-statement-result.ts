// get_statement_result: waits on for a statement, or shows more rows of its result.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { withHint } from "../errors.ts";
import { waitSecondsInput } from "../fields.ts";
import { waitMs } from "../waiting.ts";
import { maxCharsInput, maxRowsInput, outcome, outcomeFailed, outcomeOf, outcomeText } from "./fields.ts";
import { untilEnd } from "./statement-run.ts";

const gone = "Statements are kept for an hour, by the workspace that ran them: run it again.";

export const getStatementResult = defineTool({
  name: "get_statement_result",
  toolset: "sql",
  effect: "read",
  title: "Get a statement's result",
  description:
    "Waits for a SQL statement that was still running, or returns its rows from an offset on. Results are kept for an hour.",
  input: z.strictObject({
    statement_id: z.string().min(1, "must not be empty"),
    offset: z.int().min(0).default(0).describe("next_offset of the page before"),
    max_rows: maxRowsInput,
    max_chars: maxCharsInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: outcome,
  run: async (context, input) => {
    const wait = { timeoutMs: waitMs(input, context), cancels: false };
    const statement = await untilEnd(context, input.statement_id, wait).catch((thrown: unknown) => {
      throw thrown instanceof MortarError && thrown.code === "not_found" ? withHint(thrown, gone) : thrown;
    });
    return await outcomeOf(context, statement, { page: { offset: input.offset, maxRows: input.max_rows } });
  },
  text: outcomeText,
  failed: outcomeFailed,
});
