// In what order and grouping the blocks of an answer are shown. Pure.
import type { ShownBlock, ToolBlock } from "../state/blocks.ts";

export type Part =
  | { readonly kind: "block"; readonly key: string; readonly block: Exclude<ShownBlock, { readonly type: "tool" }> }
  | { readonly kind: "tool"; readonly key: string; readonly block: ToolBlock; readonly steps: readonly ToolBlock[] };

const isPlan = (block: ShownBlock): boolean =>
  block.type === "tool" && (block.tool_name === "TodoWrite" || block.tool_name === "update_plan");

/**
 * The parts of an answer: a subagent's calls go with the call that started it; of plans the newest alone is shown, at the end, and
 * their calls not at all, once the plan itself is known.
 */
export const partsOf = (blocks: readonly ShownBlock[]): readonly Part[] => {
  const calls = new Set(blocks.flatMap((block) => (block.type === "tool" ? [block.tool_id] : [])));
  const parentOf = (block: ShownBlock): string | undefined =>
    block.type === "tool" && block.parent_tool_use_id !== undefined && calls.has(block.parent_tool_use_id)
      ? block.parent_tool_use_id
      : undefined;
  const hasPlan = blocks.some(({ type }) => type === "todos");
  const lastPlan = blocks.findLastIndex(({ type }) => type === "todos");
  return blocks.flatMap((block, index): readonly Part[] => {
    if (parentOf(block) !== undefined || (hasPlan && isPlan(block))) return [];
    if (block.type === "todos" && index !== lastPlan) return [];
    if (block.type !== "tool") return [{ kind: "block", key: String(index), block }];
    const steps = blocks.filter((each): each is ToolBlock => each.type === "tool" && parentOf(each) === block.tool_id);
    return [{ kind: "tool", key: block.tool_id, block, steps }];
  });
};
