// A conversation as one Markdown document: what was said, what was called, what came of it.
import type { Block, ConversationSummary, Message, Project } from "../contract/api.ts";
import type { Store } from "../storage/store.ts";

interface Found {
  readonly conversation: ConversationSummary;
  readonly project: Project;
}

const pageSize = 200;
/** Of a tool's result; who wants more looks into the app. */
const mostResultChars = 10_000;

const encoder = new TextEncoder();

/** The document as a stream, read from the database a page at a time, from the first message on. */
export function conversationMarkdown(store: Pick<Store, "messages">, found: Found): ReadableStream<Uint8Array> {
  const parts = partsOf(store, found);
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await parts.next();
      if (done === true) return controller.close();
      controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await parts.return(undefined);
    },
  });
}

async function* partsOf({ messages }: Pick<Store, "messages">, found: Found): AsyncGenerator<string, void> {
  const { conversation, project } = found;
  yield `# ${oneLine(conversation.title)}\n\n${oneLine(project.name)}, ${conversation.created_at}\n`;
  const marks: number[] = [];
  // Pages lead from the end to the start; where each begins is noted, and they are read the other way round.
  let before: number | undefined;
  for (;;) {
    const page = await messages.page(conversation.id, {
      ...(before === undefined ? {} : { before }),
      limit: pageSize,
    });
    marks.push(before ?? Number.MAX_SAFE_INTEGER);
    before = page.messages[0]?.position;
    if (!page.has_more || before === undefined) break;
  }
  for (const mark of marks.toReversed()) {
    const isEnd = mark === Number.MAX_SAFE_INTEGER;
    const page = await messages.page(conversation.id, { ...(isEnd ? {} : { before: mark }), limit: pageSize });
    for (const message of page.messages) yield messageText(message);
  }
}

function messageText(message: Message): string {
  const who = message.role === "user" ? "You" : "Assistant";
  const cost = message.total_cost_usd === undefined ? "" : `, $${message.total_cost_usd.toFixed(4)}`;
  const blocks = message.blocks.length === 0 ? [message.content] : message.blocks.map(blockText);
  return `\n## ${who} (${message.timestamp}${cost})\n\n${blocks.filter((text) => text !== "").join("\n\n")}\n`;
}

function blockText(block: Block): string {
  switch (block.type) {
    case "text":
      return block.text.trim();
    case "thinking":
      return `<details><summary>Thinking</summary>\n\n${fenced(block.thinking, "text")}\n\n</details>`;
    case "todos":
      return block.todos
        .map(({ content, status }) => `- [${status === "completed" ? "x" : " "}] ${content}`)
        .join("\n");
    case "error":
      return `**Error**: ${block.message}${block.hint === undefined ? "" : ` ${block.hint}`}`;
    case "tool":
      return toolText(block);
  }
}

function toolText({ tool_name: name, tool_input: input, result }: Extract<Block, { readonly type: "tool" }>): string {
  const asked = `**${oneLine(name)}**\n\n${fenced(JSON.stringify(input, null, 2) ?? "", "json")}`;
  if (result === undefined) return asked;
  const { content } = result;
  const shown = content.length > mostResultChars ? `${content.slice(0, mostResultChars)}\n… (cut)` : content;
  return `${asked}\n\n${result.is_error ? "Error" : "Result"}:\n\n${fenced(shown, "text")}`;
}

/** With a fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
