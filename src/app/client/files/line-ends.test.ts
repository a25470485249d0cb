import { expect, test } from "bun:test";
import { asEdited, asStored } from "./line-ends.ts";

test("a file that is not touched comes back as it was", () => {
  for (const content of ["a\nb\n", "a\r\nb\r\n", "", "one line", "\uFEFFa\r\n"])
    expect(asStored(asEdited(content), content)).toBe(content);
});

test("a field's text gets the line ends of most lines", () => {
  expect(asStored("a\nb\nc\n", "a\r\nb\r\n")).toBe("a\r\nb\r\nc\r\n");
  expect(asStored("a\nb\n", "a\nb\r\n")).toBe("a\nb\n");
  expect(asEdited("a\r\nb\rc\n")).toBe("a\nb\nc\n");
});
