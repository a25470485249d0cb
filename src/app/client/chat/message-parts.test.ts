// The parts of an answer in their order and grouping, and what of it may be an image.
import { expect, test } from "bun:test";
import type { ShownBlock } from "../state/blocks.ts";
import { isOwnImage } from "./markdown.tsx";
import { partsOf } from "./message-parts.ts";

const call = (tool_id: string, parent?: string, tool_name = "Bash"): ShownBlock => ({
  type: "tool",
  tool_id,
  tool_name,
  tool_input: {},
  ...(parent === undefined ? {} : { parent_tool_use_id: parent }),
});
const plan = (content: string): ShownBlock => ({ type: "todos", todos: [{ content, status: "pending" }] });
const shape = (blocks: readonly ShownBlock[]) =>
  partsOf(blocks).map((part) =>
    part.kind === "tool"
      ? `${part.block.tool_id}(${part.steps.map(({ tool_id }) => tool_id).join(",")})`
      : part.block.type,
  );

test("a subagent's calls go with the call that started it", () => {
  const text: ShownBlock = { type: "text", text: "a" };
  expect(shape([text, call("t"), call("s1", "t"), call("s2", "t"), call("u")])).toEqual(["text", "t(s1,s2)", "u()"]);
});

test("a call whose parent is not there is a call", () => {
  expect(shape([call("s", "gone")])).toEqual(["s()"]);
});

test("of plans the newest alone is shown, and no call of it", () => {
  expect(shape([call("p", undefined, "TodoWrite"), plan("one"), call("t"), plan("two")])).toEqual(["t()", "todos"]);
  expect(shape([call("p", undefined, "TodoWrite")])).toEqual(["p()"]);
});

test.each([
  ["data:image/png;base64,AA", true],
  ["/icon.svg", true],
  ["//evil.example/x.png", false],
  ["/\\evil.example/x.png", false],
  ["https://evil.example/x.png", false],
  ["data:text/html,<b>", false],
  ["javascript:alert(1)", false],
  ["relative.png", false],
  [undefined, false],
])("the image %s", (source, isOwn) => {
  expect(isOwnImage(source)).toBe(isOwn);
});
