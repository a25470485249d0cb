// What an agent writes becomes nothing but text, links in a new tab, and our own images, whatever it writes.
import { describe, expect, test } from "bun:test";
import { renderToStaticMarkup } from "react-dom/server";
import { Markdown } from "./markdown.tsx";

const shown = (text: string, isOpen = false): string => renderToStaticMarkup(<Markdown text={text} isOpen={isOpen} />);

/** The elements that came of it, without the text between them. */
const elements = (html: string): readonly string[] => html.match(/<[a-z][^>]*>/g) ?? [];

describe.each([false, true])("while more may come: %p", (isOpen) => {
  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe src=https://evil.example></iframe>",
    "<style>body{display:none}</style>",
    "<svg onload=alert(1)><circle/></svg>",
    "<form action=https://evil.example><input name=a></form>",
    "<details open ontoggle=alert(1)>x</details>",
    '<div style="position:fixed;inset:0">x</div>',
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content=0>",
  ])("%s is the text that it is", (text) => {
    const html = shown(`Before ${text} after\n\n${text}\n`, isOpen);
    const made = elements(html).join("");
    expect(made).not.toMatch(/<(?:script|img|iframe|style|svg|circle|form|input|details|base|meta)\b/);
    expect(made).not.toMatch(/\bon\w+=|javascript:|src=|action=|style=|http-equiv/);
    expect(html).toContain("&lt;");
  });

  test.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
  ])("%j leads nowhere", (text) => {
    expect(elements(shown(text, isOpen)).join("")).not.toMatch(/href="(?!https?:|mailto:|#|\/)/i);
  });

  test("a link opens in a new tab that knows nothing of this one", () => {
    expect(shown("[x](https://example.com/a)", isOpen)).toContain(
      '<a href="https://example.com/a" target="_blank" rel="noopener noreferrer">x</a>',
    );
  });

  test("an image of another host is a link, and nothing is fetched", () => {
    const html = shown("![chart](https://evil.example/x.png?secret)", isOpen);
    expect(html).not.toContain("<img");
    expect(html).toContain('href="https://evil.example/x.png?secret"');
  });
});

test("an image that is in the text itself is shown", () => {
  expect(shown("![dot](data:image/png;base64,iVBORw0KGgo=)")).toContain(
    '<img src="data:image/png;base64,iVBORw0KGgo="',
  );
  expect(shown("![dot](data:text/html;base64,AAAA)")).not.toContain("<img");
});

test("headings, lists, tables with line breaks, tasks and code are what they are", () => {
  const html = shown(
    "## Title\n\n- one\n- [x] two\n\n| a | b |\n|---|---|\n| 1<br>2 | 3 |\n\n```sql\nselect 1\n```\n\n`code`",
  );
  for (const part of ["<h2", "<li", "<table", "<br", 'type="checkbox"', "<pre", "select 1", "<code"])
    expect(html).toContain(part);
  expect(html).not.toContain("&lt;br");
});

test("what is not finished is shown as if it were", () => {
  expect(shown("**bold and", true)).toContain("<strong>bold and</strong>");
});
