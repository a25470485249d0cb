import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseReceipt, receiptPath } from "./receipt.ts";

const program = join("/home/me/.local", "bin", "mortar");

test("lies beside the program's folder", () => {
  expect(receiptPath(program)).toBe(join("/home/me/.local", "share", "mortar", "receipt"));
});

test("names the links and files of the install", () => {
  const text = "mortar-install 1\nprogram bin/mortar\nlink bin/helper\nfile share/man/man1/mortar.1 man/mortar.1\n";
  expect(parseReceipt(text, program)).toEqual({
    prefix: "/home/me/.local",
    links: ["bin/helper"],
    files: [{ path: "share/man/man1/mortar.1", source: "man/mortar.1" }],
  });
  expect(parseReceipt(text.replaceAll("\n", "\r\n"), program)?.links).toEqual(["bin/helper"]);
});

test("nothing outside the prefix is ours", () => {
  const lines = [
    "link /etc/passwd",
    "link ../../x",
    "file /etc/passwd a",
    "file a ../b",
    "file a",
    "link",
    "what ever",
  ];
  const receipt = parseReceipt(["mortar-install 1", ...lines].join("\n"), program);
  expect(receipt?.links).toEqual([]);
  expect(receipt?.files).toEqual([]);
});

test.each(["", "mortar-install 2\n", "<html>", "program bin/mortar\n"])("%j is no receipt", (text) => {
  expect(parseReceipt(text, program)).toBeUndefined();
});
