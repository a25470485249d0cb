// list_genie_conversations, list_genie_messages: what was asked before.
import * as z from "zod";
import { requiredText, text, timeMs } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { isoTime } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { messageInput, spaceIdInput } from "./fields.ts";
import { listConversations, listMessages } from "./genie-api.ts";

export const listGenieConversations = defineTool({
  name: "list_genie_conversations",
  toolset: "genie",
  effect: "read",
  title: "List Genie conversations",
  description: "Lists your conversations with a Genie space.",
  input: z.strictObject({ space_id: spaceIdInput, ...listInput }),
  output: listOutput,
  run: async (context, { space_id, ...input }) => {
    const { items, truncated } = await listConversations(context, space_id);
    const named = items.map((wire) => ({
      id: requiredText(wire, "conversation_id"),
      name: text(wire, "title") ?? "",
      created: isoTime(timeMs(wire, "created_timestamp")),
    }));
    return listPage({ items: named, truncated }, input, {
      fields: {
        conversation_id: ({ id }) => id,
        title: ({ name }) => name,
        created: ({ created }) => created,
      },
      textChars: context.limits.textChars,
      nothing: "No conversation. `ask_genie` begins one.",
    });
  },
  text: listText,
});

export const listGenieMessages = defineTool({
  name: "list_genie_messages",
  toolset: "genie",
  effect: "read",
  title: "List messages to Genie",
  description: "Lists the questions of one conversation with Genie; get_genie_answer shows an answer whole.",
  input: z.strictObject({
    space_id: messageInput.space_id,
    conversation_id: messageInput.conversation_id,
    ...listInput,
  }),
  output: listOutput,
  run: async (context, { space_id, conversation_id, ...input }) => {
    const { items, truncated } = await listMessages(context, { space_id, conversation_id });
    const named = items.map((message) => ({ ...message, name: message.question ?? "" }));
    return listPage({ items: named, truncated }, input, {
      fields: {
        message_id: ({ id }) => id,
        question: ({ name }) => name,
        status: ({ status }) => status,
        created: ({ createdMs }) => isoTime(createdMs),
        answer: ({ answers }) => answers.join(" ").slice(0, 300) || undefined,
        sql: ({ queries }) => queries[0]?.sql?.slice(0, 300),
      },
      textChars: context.limits.textChars,
      nothing: "No message. `ask_genie` with this conversation_id asks.",
    });
  },
  text: listText,
});
