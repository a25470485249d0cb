// The plan that a person is asked about. Claude Code writes it into a file of its own and asks without a word of it. Pure.
import type { Block } from "../../contract/api.ts";
import type { Approval } from "../../contract/events.ts";
import { inputOf } from "./tool-words.ts";

const planFile = /(?:^|[\\/])plans[\\/][^\\/]+\.md$/;

/** The plan as Markdown: of the question, of the call that waits, or as `blocks` wrote it before. Undefined where it is nowhere. */
export function planAsked({ tool_input, tool_use_id }: Approval, blocks: readonly Block[]): string | undefined {
  const calls = blocks.filter((block) => block.type === "tool");
  const call = calls.find(({ tool_id }) => tool_id === tool_use_id);
  for (const input of [tool_input, call?.tool_input]) {
    const { plan } = inputOf(input);
    if (typeof plan === "string" && plan.trim() !== "") return plan;
  }
  let written: string | undefined;
  for (const { tool_name, tool_input: input, result } of calls) {
    const { file_path: path, content, old_string: old, new_string: fresh } = inputOf(input);
    if (typeof path !== "string" || !planFile.test(path) || result?.is_error === true) continue;
    if (tool_name === "Write" && typeof content === "string") written = content;
    if (tool_name === "Edit" && typeof old === "string" && typeof fresh === "string")
      written = written?.replace(old, () => fresh);
  }
  return written;
}
