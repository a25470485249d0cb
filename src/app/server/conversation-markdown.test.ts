// A conversation as Markdown: every message once and in order, and nothing in it that breaks the document.
import { expect, test } from "bun:test";
import type { Block, ConversationSummary, Message, Project } from "../contract/api.ts";
import type { MessageStore } from "../storage/store.ts";
import { conversationMarkdown } from "./conversation-markdown.ts";

const project = { name: "Sales" } as Project;
const conversation = { id: "c", title: "Rows\nand columns", created_at: "2026-01-01T00:00:00Z" } as ConversationSummary;

function message(position: number, blocks: readonly Block[], more: Partial<Message> = {}): Message {
  return {
    id: `m${position}`,
    conversation_id: "c",
    role: position % 2 === 1 ? "user" : "assistant",
    content: "",
    blocks,
    position,
    timestamp: `2026-01-01T00:00:${String(position % 60).padStart(2, "0")}Z`,
    is_error: false,
    run_id: null,
    ...more,
  };
}

function store(messages: readonly Message[]): { readonly messages: MessageStore } {
  const page: MessageStore["page"] = (_id, { before = Number.POSITIVE_INFINITY, limit }) => {
    const earlier = messages.filter(({ position }) => position < before);
    return Promise.resolve({ messages: earlier.slice(-limit), has_more: earlier.length > limit });
  };
  return { messages: { page } as unknown as MessageStore };
}

const exported = (messages: readonly Message[]): Promise<string> =>
  new Response(conversationMarkdown(store(messages), { conversation, project })).text();

test("a long conversation is whole, from its first message to its last", async () => {
  const count = 1_234;
  const all = Array.from({ length: count }, (_, at) => message(at + 1, [{ type: "text", text: `message ${at + 1}.` }]));
  const text = await exported(all);
  const found = [...text.matchAll(/^message (\d+)\.$/gm)].map(([, number]) => Number(number));
  expect(found).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  expect(text).toStartWith("# Rows and columns\n\nSales, 2026-01-01T00:00:00Z\n\n## You (");
});

test("one without messages has a head", async () => {
  expect(await exported([])).toBe("# Rows and columns\n\nSales, 2026-01-01T00:00:00Z\n");
});

test("each kind of block is told, and fences are longer than what they hold", async () => {
  const text = await exported([
    message(
      2,
      [
        { type: "thinking", thinking: "```js\nx\n```" },
        {
          type: "todos",
          todos: [
            { content: "look", status: "completed" },
            { content: "say", status: "pending" },
          ],
        },
        {
          type: "tool",
          tool_id: "t",
          tool_name: "mcp__databricks__execute_sql",
          tool_input: { sql: "SELECT 1" },
          result: { content: "x".repeat(20_000), is_error: false },
        },
        {
          type: "tool",
          tool_id: "u",
          tool_name: "Bash",
          tool_input: {},
          result: { content: "````\nno", is_error: true },
        },
        { type: "error", code: "internal", message: "It broke.", hint: "Mend it." },
      ],
      { total_cost_usd: 0.01234 },
    ),
  ]);
  expect(text).toContain("## Assistant (2026-01-01T00:00:02Z, $0.0123)");
  expect(text).toContain("````text\n```js\nx\n```\n````");
  expect(text).toContain("- [x] look\n- [ ] say");
  expect(text).toContain('"sql": "SELECT 1"');
  expect(text).toContain("… (cut)");
  expect(text).toContain("Error:\n\n`````text\n````\nno\n`````");
  expect(text).toContain("**Error**: It broke. Mend it.");
});
