// HTML outputs as plain text.
import { describe, expect, test } from "bun:test";
import { decodeEntities, htmlToText } from "./html-text.ts";

describe("htmlToText", () => {
  test.each([
    ["inline tags", "<b>a</b> and <i>b</i>", "a and b"],
    ["white space", "  a \n\t b  ", "a b"],
    ["blocks", "<div>a</div><p>b</p>c<br>d<br/>e", "a\nb\nc\nd\ne"],
    ["a table", "<table><tr><th>x</th><th>y</th></tr>\n<tr> <td>1</td> <td>2</td> </tr></table>", "x\ty\n1\t2"],
    ["pre", "<pre>  a\n    b</pre>c", "a\n    b\nc"],
    ["pre keeps what is inside", "x<pre>a  b\n  <b>c</b>\n</pre>", "x\na  b\n  c"],
    ["ansiout", '<div class="ansiout">a  b\n  c</div>d  e', "a  b\n  c\nd e"],
    ["script, style and comments", "a<script>if (x < y) {}</script><style>p{}</style><!-- <b>no</b> -->b", "ab"],
    ["a script that does not end", "a<script>b", "a"],
    ["a comment that does not end", "a<!-- b", "a"],
    ["a tag that does not end", "a<b", "a"],
    ["entities", "1 &lt; 2 &amp;&amp; &quot;x&quot; &#39;y&#39; &#x41;&nbsp;", "1 < 2 && \"x\" 'y' A"],
    ["a less-than that is no tag", "1 < 2 and '<' not supported", "1 < 2 and '<' not supported"],
    ["a doctype", "<!DOCTYPE html><html><head><title>t</title></head><body>b</body></html>", "b"],
    ["many blank lines", "a<br><br><br><br>b", "a\n\nb"],
    ["nothing", "", ""],
  ])("%s", (_name, html, expected) => {
    expect(htmlToText(html)).toBe(expected);
  });

  test.each(["<", "<a", "<!--", "<script>", "</script", "<pre>", "&", "<td>"])("megabytes of %j", (piece) => {
    expect(typeof htmlToText(piece.repeat(300_000))).toBe("string");
  });
});

describe("decodeEntities", () => {
  test("leaves what is no character reference", () => {
    expect(decodeEntities("&foo; &#0; &#x110000; &lt &constructor;")).toBe("&foo; &#0; &#x110000; &lt &constructor;");
  });
});
