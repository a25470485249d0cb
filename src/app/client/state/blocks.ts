// What an agent says, event by event, made into the blocks of its message. Pure.
import type { Block } from "../../contract/api.ts";
import type { AgentEvent } from "../../contract/events.ts";

/** A block as it is shown: with what is known of it only while the run goes on. */
export type ShownBlock = Block & {
  /** More of it may come. */
  readonly open?: boolean;
  /** What a tool said last of its progress. */
  readonly progress?: string;
  /** When a tool was called; ISO 8601. */
  readonly started_at?: string;
};

export type ToolBlock = Extract<ShownBlock, { readonly type: "tool" }>;

type Spoken = "text" | "thinking";

const spoken = (type: Spoken, words: string, open: boolean): ShownBlock =>
  type === "text" ? { type, text: words, open } : { type, thinking: words, open };

const wordsOf = (block: ShownBlock): string => {
  if (block.type === "text") return block.text;
  return block.type === "thinking" ? block.thinking : "";
};

const replaced = (blocks: readonly ShownBlock[], at: number, block: ShownBlock): readonly ShownBlock[] =>
  blocks.map((each, index) => (index === at ? block : each));

const grown = (blocks: readonly ShownBlock[], type: Spoken, words: string): readonly ShownBlock[] => {
  const last = blocks.at(-1);
  if (last?.type === type && last.open === true)
    return [...blocks.slice(0, -1), spoken(type, wordsOf(last) + words, true)];
  return words === "" ? blocks : [...blocks, spoken(type, words, true)];
};

/** A whole block takes the place of what its deltas had made: text is never there twice. */
const settled = (blocks: readonly ShownBlock[], type: Spoken, words: string): readonly ShownBlock[] => {
  const at = blocks.findLastIndex((block) => block.type === type && block.open === true);
  if (at >= 0) return replaced(blocks, at, spoken(type, words, false));
  return words === "" ? blocks : [...blocks, spoken(type, words, false)];
};

/** The blocks with the tool call `id` changed. */
export const withTool = (
  blocks: readonly ShownBlock[],
  id: string,
  change: (tool: ToolBlock) => ToolBlock,
): readonly ShownBlock[] => {
  const at = blocks.findLastIndex((block) => block.type === "tool" && block.tool_id === id);
  const block = blocks[at];
  return block?.type === "tool" ? replaced(blocks, at, change(block)) : blocks;
};

type ToolUse = Extract<AgentEvent, { readonly type: "tool_use" }>;
type ToolResult = Extract<AgentEvent, { readonly type: "tool_result" }>;

const withCall = (blocks: readonly ShownBlock[], event: ToolUse, at: string): readonly ShownBlock[] => {
  const { tool_id, tool_name, tool_input, parent_tool_use_id: parent } = event;
  const call: ShownBlock = {
    type: "tool",
    tool_id,
    tool_name,
    tool_input,
    started_at: at,
    ...(parent === undefined ? {} : { parent_tool_use_id: parent }),
  };
  const known = blocks.some((block) => block.type === "tool" && block.tool_id === tool_id);
  if (known) return withTool(blocks, tool_id, (tool) => ({ ...tool, tool_input }));
  return [...blocks, call];
};

const withResult = (blocks: readonly ShownBlock[], event: ToolResult): readonly ShownBlock[] => {
  const { content, is_error, structured, duration_ms } = event;
  return withTool(blocks, event.tool_use_id, (tool) => ({
    ...tool,
    result: { content, is_error, ...(structured === undefined ? {} : { structured }) },
    ...(duration_ms === undefined ? {} : { duration_ms }),
  }));
};

/** The blocks after an event of the agent; the same ones where it says nothing of them. `at`: when it came, ISO 8601. */
export const withEvent = (blocks: readonly ShownBlock[], event: AgentEvent, at: string): readonly ShownBlock[] => {
  switch (event.type) {
    case "text_delta":
      return grown(blocks, "text", event.text);
    case "text":
      return settled(blocks, "text", event.text);
    case "thinking_delta":
      return grown(blocks, "thinking", event.thinking);
    case "thinking":
      return settled(blocks, "thinking", event.thinking);
    case "tool_use":
      return withCall(blocks, event, at);
    case "tool_progress":
      return withTool(blocks, event.tool_use_id, (tool) => ({ ...tool, progress: event.message }));
    case "tool_result":
      return withResult(blocks, event);
    case "todos":
      return [...blocks.filter(({ type }) => type !== "todos"), { type: "todos", todos: event.todos }];
    case "error":
      return [
        ...blocks,
        {
          type: "error",
          code: event.code,
          message: event.message,
          ...(event.hint === undefined ? {} : { hint: event.hint }),
        },
      ];
    case "system":
    case "notice":
    case "result":
      return blocks;
  }
};

/** Nothing more comes: no block is open. */
export const closed = (blocks: readonly ShownBlock[]): readonly ShownBlock[] =>
  blocks.some(({ open }) => open === true)
    ? blocks.map((block) => (block.open === true ? { ...block, open: false } : block))
    : blocks;

/** All text of a message, blocks apart by an empty line. */
export const textOf = (blocks: readonly ShownBlock[]): string =>
  blocks.flatMap((block) => (block.type === "text" && block.text !== "" ? [block.text] : [])).join("\n\n");
