import { expect, test } from "bun:test";
import type { Block } from "../../contract/api.ts";
import { planAsked } from "./plan.ts";

const asked = (tool_input: unknown) => ({ id: "q", tool_name: "ExitPlanMode", tool_input, tool_use_id: "exit" });
const call = (tool_name: string, tool_input: unknown, is_error?: boolean): Block => ({
  type: "tool",
  tool_id: tool_name === "ExitPlanMode" ? "exit" : `${tool_name}-1`,
  tool_name,
  tool_input,
  ...(is_error === undefined ? {} : { result: { content: "", is_error } }),
});
const file = "/data/claude/plans/brave-boot.md";
const write = call("Write", { file_path: file, content: "# Plan\n\n1. Read\n2. Write" }, false);

test("a plan is that of the question, or of the call that waits for its answer", () => {
  expect(planAsked(asked({ plan: "# A" }), [call("ExitPlanMode", { plan: "# B" })])).toBe("# A");
  expect(planAsked(asked({}), [write, call("ExitPlanMode", { plan: "# B" })])).toBe("# B");
});

test("a plan that was written into the agent's own file is shown as it stands there", () => {
  const edit = call("Edit", { file_path: file, old_string: "2. Write", new_string: "2. Ask for $&" }, false);
  expect(planAsked(asked({}), [write, call("ExitPlanMode", {})])).toBe("# Plan\n\n1. Read\n2. Write");
  expect(planAsked(asked({}), [write, edit, call("ExitPlanMode", {})])).toBe("# Plan\n\n1. Read\n2. Ask for $&");
});

test("no other file passes for a plan, and none that could not be written", () => {
  const other = call("Write", { file_path: "notes.md", content: "x" }, false);
  const failed = call("Write", { file_path: file, content: "x" }, true);
  expect(planAsked(asked({}), [other, failed, { type: "text", text: "x" }, call("ExitPlanMode", {})])).toBeUndefined();
});
