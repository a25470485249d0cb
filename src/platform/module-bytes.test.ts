// Modules that are bytes.
import { expect, test } from "bun:test";
import { importBytes } from "./module-bytes.ts";

const bytes = (code: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(code);

test("gives what the code exports, and its built-in modules", async () => {
  const module = await importBytes(bytes(`import { sep } from "node:path"; export const all = [sep, 7];`));
  expect(module).toMatchObject({ all: [(await import("node:path")).sep, 7] });
});

test("each import is a module of its own", async () => {
  const code = bytes("export const own = {};");
  const [first, second] = (await Promise.all([importBytes(code), importBytes(code)])) as { own: object }[];
  expect(first?.own).not.toBe(second?.own);
});

test("throws what the code throws", () => {
  expect(importBytes(bytes(`throw new RangeError("no");`))).rejects.toThrow("no");
});
