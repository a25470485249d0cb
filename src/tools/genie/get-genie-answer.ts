// get_genie_answer: an answer that was not there yet, more of its rows, or one of another day.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { maxRowsInput } from "../sql/fields.ts";
import { waitMs } from "../waiting.ts";
import { answer, answerFailed, answerOf, answerText, untilAnswered } from "./answer.ts";
import { messageInput } from "./fields.ts";

export const getGenieAnswer = defineTool({
  name: "get_genie_answer",
  toolset: "genie",
  effect: "read",
  title: "Get Genie's answer",
  description:
    "Waits on for Genie's answer, or shows more of its rows. A query whose rows are no longer kept runs again.",
  input: z.strictObject({
    ...messageInput,
    attachment_id: z.string().optional().describe("Only this query"),
    offset: z.int().min(0).default(0),
    max_rows: maxRowsInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: answer,
  spellings: { timeout_seconds: "wait_seconds" },
  run: async (context, { attachment_id, offset, max_rows, wait_seconds, ...place }) => {
    const message = await untilAnswered(context, place, waitMs({ wait_seconds }, context));
    if (attachment_id !== undefined && !message.queries.some((one) => one.attachmentId === attachment_id)) {
      throw new MortarError("not_found", `The answer has no query ${attachment_id}`, {
        hint: "Leave attachment_id out: all its queries are shown.",
      });
    }
    const wish = { maxRows: max_rows, offset, attachmentId: attachment_id };
    return await answerOf(context, place, { message, wish });
  },
  text: answerText,
  failed: answerFailed,
});
