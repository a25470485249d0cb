// A long history in a fresh database of the app, written through its own store.
import { openStore } from "../../../src/app/storage/open-store.ts";
import { systemDeps } from "../../../src/platform/system.ts";

export interface History {
  readonly projectId: string;
  readonly conversationId: string;
  /** What stands in the last message alone. */
  readonly lastWords: string;
}

interface Wish {
  readonly database: string;
  readonly user: string;
  readonly messages: number;
}

/** Questions and answers by turns, every other answer with a tool's call in it. */
export async function fillHistory({ database, user, messages }: Wish): Promise<History> {
  const store = await openStore(systemDeps({ level: "quiet", noColour: true }), { database });
  try {
    const project = await store.projects.create(user, "Long");
    const conversation = await store.conversations.create(project.id, "A long story", {});
    for (let at = 1; at <= messages; at++) {
      const isAnswer = at % 2 === 0;
      const text = isAnswer ? answer(at) : `Question ${at}: what came of the orders of week ${at % 53}?`;
      const call = {
        type: "tool",
        tool_id: `t${at}`,
        tool_name: "mcp__databricks__query_sql",
        tool_input: { sql: `SELECT * FROM main.shop.orders WHERE week = ${at % 53}` },
        result: { content: "1 row", is_error: false },
      } as const;
      await store.messages.add(conversation.id, {
        role: isAnswer ? "assistant" : "user",
        content: text,
        blocks: [...(isAnswer && at % 4 === 0 ? [call] : []), { type: "text", text }],
        ...(isAnswer ? { status: "completed" } : {}),
      });
    }
    return { projectId: project.id, conversationId: conversation.id, lastWords: `Answer ${messages}` };
  } finally {
    await store.close();
  }
}

function answer(at: number): string {
  return `## Answer ${at}\n\nThe orders **rose**, as the table says:\n\n| week | orders |\n|---|---|\n| ${at % 53} | ${at * 3} |\n\n\`\`\`sql\nSELECT count(*) FROM main.shop.orders\n\`\`\`\n`;
}
