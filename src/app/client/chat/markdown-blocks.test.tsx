// Parts of Markdown mean what the whole means.
import { expect, test } from "bun:test";
import { renderToStaticMarkup } from "react-dom/server";
import { Markdown } from "./markdown.tsx";
import { markdownBlocks } from "./markdown-blocks.ts";

const documents: readonly (readonly [string, string, number])[] = [
  ["nothing", "", 0],
  ["a paragraph", "one\ntwo", 1],
  ["paragraphs", "one\n\ntwo\n\n\nthree\n", 3],
  ["headings", "# One\n\ntext\n\n## Two\ntext", 3],
  ["code with blank lines", "before\n\n```py\na\n\nb\n```\n\nafter", 3],
  ["code that is not closed", "before\n\n```py\na\n\nb\n\nc", 2],
  ["a longer fence around a shorter", "````md\n```\n\nx\n```\n\ny\n````\n\nafter", 2],
  ["tildes around backticks", "~~~\n```\n\nx\n~~~\n\nafter", 2],
  ["backticks in a line are no fence", "```a``` is code\n\nafter", 2],
  ["a loose list", "- one\n\n- two\n\n- three\n\nafter", 2],
  ["a list with paragraphs and code", "1. one\n\n   more\n\n   ```\n   a\n\n   b\n   ```\n\n2. two\n\nafter", 2],
  ["a numbered list after text", "text\n\n1. one\n2. two\n\ntext", 3],
  ["quotes", "> one\n\n> two\n\nafter", 3],
  ["a table", "| a | b |\n|---|---|\n| 1 | 2 |\n\nafter", 2],
  ["indented code", "before\n\n    code\n\n    more\n\nafter", 2],
  ["references", "See [x].\n\ntext\n\n[x]: https://example.com", 1],
  ["footnotes", "See[^1].\n\ntext\n\n[^1]: A note", 1],
  ["a rule", "one\n\n---\n\ntwo", 3],
  ["Windows lines", "one\r\n\r\n```\r\na\r\n\r\nb\r\n```\r\n\r\ntwo", 3],
];

test.each(documents)("%s", (_name, text, count) => {
  const blocks = markdownBlocks(text);
  expect(blocks).toHaveLength(count);
  expect(blocks.join("")).toBe(text);
});

const inner = (text: string): string =>
  renderToStaticMarkup(<Markdown text={text} isOpen={false} />)
    .replace(/^<div[^>]*>|<\/div>$/g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/> | </g, (edge) => edge.trim());

test.each(documents)("%s, drawn in parts, is drawn as the whole", (_name, text) => {
  expect(markdownBlocks(text).map(inner).join("")).toBe(inner(text));
});

test("what was read before stays the same parts while a text grows", () => {
  const text = documents
    .map(([, one]) => one)
    .filter((one) => !one.includes("]:"))
    .join("\n\n");
  let before: readonly string[] = [];
  for (let end = 1; end <= text.length; end++) {
    const now = markdownBlocks(text.slice(0, end));
    // The last part may still grow, or turn out to be two, or to go on with the list before it.
    const settled = Math.max(0, before.length - 2);
    expect(now.slice(0, settled)).toEqual(before.slice(0, settled));
    before = now;
  }
});
