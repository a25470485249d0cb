// What Genie answered: its words, each query with its rows, or how to go on waiting.
import * as z from "zod";
import { pollUntil } from "../../workspace/poll.ts";
import type { Statement } from "../../workspace/statement.ts";
import type { ToolContext } from "../define.ts";
import { tableFields } from "../fields.ts";
import { rowPage } from "../sql/rows.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { cleanupSignal, waitOptions } from "../waiting.ts";
import {
  messageOf,
  queryResult,
  runAgain,
  type GenieMessage,
  type GenieQuery,
  type MessagePlace,
} from "./genie-api.ts";

export const answer = z.object({
  space_id: z.string(),
  conversation_id: z.string(),
  message_id: z.string(),
  status: z.string(),
  answer: z.string().optional(),
  error_code: z.string().optional(),
  error: z.string().optional(),
  queries: z.array(
    z.object({
      attachment_id: z.string(),
      title: z.string().optional(),
      description: z.string().optional(),
      sql: z.string().optional(),
      error: z.string().optional(),
      ...tableFields,
      returned: z.number(),
      total_rows: z.number().optional(),
      truncated: z.boolean(),
      next_offset: z.number().optional(),
    }),
  ),
  suggested_questions: z.array(z.string()),
  hint: z.string().optional(),
});

const ended: readonly string[] = ["COMPLETED", "FAILED", "CANCELLED", "QUERY_RESULT_EXPIRED"];

const doing: Readonly<Record<string, string>> = {
  SUBMITTED: "Genie has the question",
  FETCHING_METADATA: "Genie reads what is known of the tables",
  FILTERING_CONTEXT: "Genie chooses the tables",
  ASKING_AI: "Genie writes the query",
  PENDING_WAREHOUSE: "the query waits for the warehouse",
  EXECUTING_QUERY: "the query runs",
};

/** Waits until Genie has answered or the time is over. When the caller goes away, a query that runs for him is cancelled. */
export async function untilAnswered(
  context: ToolContext,
  place: MessagePlace,
  timeoutMs: number,
): Promise<GenieMessage> {
  let seen: GenieMessage | undefined;
  const look = async (signal?: AbortSignal): Promise<GenieMessage> => {
    seen = await messageOf(context, place, signal);
    return seen;
  };
  try {
    const { last } = await pollUntil(context.deps.clock, look, {
      ...waitOptions<GenieMessage>(context, timeoutMs, ({ status }) => doing[status] ?? `Genie: ${status}`),
      done: ({ status }) => ended.includes(status),
    });
    return last;
  } catch (thrown) {
    if (context.signal.aborted) await cancelQueries(context, seen?.queries ?? []);
    throw thrown;
  }
}

async function cancelQueries({ workspace }: ToolContext, queries: readonly GenieQuery[]): Promise<void> {
  const ids = queries.flatMap(({ statementId }) => statementId ?? []);
  // Nobody is there to be told that one of them could not be cancelled.
  await Promise.allSettled(ids.map((id) => workspace.statements.cancel(id, { signal: cleanupSignal() })));
}

export interface RowsWish {
  readonly maxRows: number;
  readonly offset: number;
  /** Only this query's rows. */
  readonly attachmentId?: string | undefined;
}

/** The answer as a tool tells it. */
export async function answerOf(
  context: ToolContext,
  place: MessagePlace,
  { message, wish }: { readonly message: GenieMessage; readonly wish: RowsWish },
): Promise<z.input<typeof answer>> {
  const { status, answers, suggestions, error, errorCode } = message;
  const head = { ...place, status, error, error_code: errorCode };
  if (!ended.includes(status)) {
    const hint = "Genie is not through. `get_genie_answer` with these three ids waits on. Do not ask again.";
    return { ...head, queries: [], suggested_questions: [], hint };
  }
  const wanted = message.queries.filter(({ attachmentId }) => attachmentId === (wish.attachmentId ?? attachmentId));
  // Several tables share what one answer may carry.
  const textChars = Math.floor(context.limits.textChars / Math.max(1, wanted.length));
  const around = { ...context, limits: { ...context.limits, textChars } };
  const queries = await Promise.all(wanted.map((query) => queryOf(around, place, { query, wish, status })));
  const cut = queries.find(({ next_offset }) => next_offset !== undefined);
  return {
    ...head,
    answer: answers.length === 0 ? undefined : answers.join("\n\n"),
    queries,
    suggested_questions: [...suggestions],
    hint: cut === undefined ? hintOf(message) : moreRows(cut),
  };
}

function hintOf({ status, answers, queries }: GenieMessage): string | undefined {
  if (status === "FAILED")
    return "Say it in other words, or name the table. `get_genie_space` shows what the space knows.";
  if (status === "COMPLETED" && answers.length + queries.length === 0)
    return "Genie ended without an answer: ask in other words.";
  return undefined;
}

function moreRows({ attachment_id, next_offset }: { attachment_id: string; next_offset?: number | undefined }): string {
  return `There are more rows: \`get_genie_answer\` with attachment_id ${attachment_id} and offset ${next_offset ?? 0}; or run the SQL by \`export_query\`.`;
}

interface OneQuery {
  readonly query: GenieQuery;
  readonly wish: RowsWish;
  readonly status: string;
}

const noRows = { columns: [], rows: [], returned: 0, truncated: false, next_offset: undefined };

type QueryOutcome = z.input<typeof answer>["queries"][number];

async function queryOf(
  context: ToolContext,
  place: MessagePlace,
  { query, wish, status }: OneQuery,
): Promise<QueryOutcome> {
  const { attachmentId, title, description, sql } = query;
  const head = { attachment_id: attachmentId, title, description, sql };
  if (status === "FAILED" || status === "CANCELLED") return { ...head, ...noRows };
  const statement = await resultOf(context, place, { attachmentId, isExpired: status === "QUERY_RESULT_EXPIRED" });
  if (statement.state !== "SUCCEEDED") {
    return { ...head, ...noRows, error: statement.error?.message ?? `The query is ${statement.state}` };
  }
  const page = await rowPage(context, statement, wish);
  const { columns, rows, returned, total_rows, truncated, next_offset } = page;
  return { ...head, columns, rows, returned, total_rows, truncated, next_offset };
}

interface Wanted {
  readonly attachmentId: string;
  readonly isExpired: boolean;
}

/** The rows as they are kept, or those of the query run once more where they are kept no longer. */
async function resultOf(
  context: ToolContext,
  place: MessagePlace,
  { attachmentId, isExpired }: Wanted,
): Promise<Statement> {
  const kept = isExpired ? undefined : await queryResult(context, place, attachmentId);
  if (kept !== undefined && kept.state !== "CLOSED") return kept;
  const again = await runAgain(context, place, attachmentId);
  const { last } = await pollUntil(context.deps.clock, () => queryResult(context, place, attachmentId), {
    ...waitOptions<Statement>(
      context,
      again.ended ? 0 : context.limits.graceSeconds * 1_000,
      () => "the query runs again",
    ),
    done: (one) => one.ended,
  });
  return last;
}

export function answerText({ queries, answer: words, ...rest }: z.output<typeof answer>): string {
  const shown = queries.flatMap(({ columns, rows, ...query }, at) => [
    ...fieldLines(query, queries.length === 1 ? "" : `${at + 1}. `),
    ...tableLines(columns, rows),
  ]);
  return fieldText(fieldLines({ answer: words }), shown, fieldLines(rest));
}

export const answerFailed = ({ status }: { readonly status: string }): boolean =>
  status === "FAILED" || status === "CANCELLED";
