// What browsers are told: the names of downloads cannot break out, and nothing of a page comes from elsewhere.
import { describe, expect, test } from "bun:test";
import { downloadHeaders, pageHeaders } from "./headers.ts";

const dispositionOf = (name: string): string => downloadHeaders(name, "text/plain")["content-disposition"] ?? "";

describe("the name of a download", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["notes.md", `attachment; filename="notes.md"; filename*=UTF-8''notes.md`],
    [
      `a".html\r\nset-cookie: x`,
      `attachment; filename="a_.html__set-cookie_ x"; filename*=UTF-8''a_.html__set-cookie_%20x`,
    ],
    ["../../etc/passwd", `attachment; filename=".._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`],
    ["Größe (1).txt", `attachment; filename="Gr__e (1).txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29.txt`],
    ["exe.\u202Efdp", `attachment; filename="exe._fdp"; filename*=UTF-8''exe._fdp`],
    ["half \uD800", `attachment; filename="half _"; filename*=UTF-8''half%20%EF%BF%BD`],
  ];

  test.each(cases)("%j", (name, disposition) => {
    expect(dispositionOf(name)).toBe(disposition);
    expect(() => new Headers({ "content-disposition": dispositionOf(name) })).not.toThrow();
  });

  test("is cut at its beginning, so that its ending stays", () => {
    expect(dispositionOf(`${"a".repeat(10_000)}.md`)).toMatch(/^attachment; filename="a{197}\.md"/);
  });
});

test("a page takes nothing from elsewhere, and no script that stands in it", () => {
  const policy = pageHeaders["content-security-policy"];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  for (const word of ["unsafe-inline", "unsafe-eval", "*", "http:", "https:"]) expect(policy).not.toContain(word);
});
