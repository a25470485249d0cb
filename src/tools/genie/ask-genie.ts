// ask_genie: a question, or a follow-up in the same conversation.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { maxRowsInput } from "../sql/fields.ts";
import { nowhere } from "../targets.ts";
import { waitMs } from "../waiting.ts";
import { answer, answerFailed, answerOf, answerText, untilAnswered } from "./answer.ts";
import { spaceIdInput } from "./fields.ts";
import { ask } from "./genie-api.ts";

export const askGenie = defineTool({
  name: "ask_genie",
  toolset: "genie",
  effect: "write",
  title: "Ask Genie",
  description:
    "Asks a Genie space a question in plain language: the answer has words, the SQL and its rows. It may be a question back.",
  input: z.strictObject({
    space_id: spaceIdInput,
    question: z.string().min(1, "must not be empty"),
    conversation_id: z.string().optional().describe("For a follow-up; without it a new conversation"),
    max_rows: maxRowsInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: answer,
  spellings: { timeout_seconds: "wait_seconds", content: "question" },
  // Genie's queries read; what it keeps is the conversation.
  targets: nowhere,
  run: async (context, { max_rows, ...input }) => {
    const { id, conversationId } = await ask(context, input);
    const place = { space_id: input.space_id, conversation_id: conversationId, message_id: id };
    const message = await untilAnswered(context, place, waitMs(input, context));
    return await answerOf(context, place, { message, wish: { maxRows: max_rows, offset: 0 } });
  },
  text: answerText,
  failed: answerFailed,
});
