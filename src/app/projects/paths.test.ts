import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { join, resolve, sep, win32 } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { isPlainName, newPathParts, pathParts, requireId, shown } from "./paths.ts";

const outside = [
  "..",
  "../x",
  "a/../b",
  "a/..",
  "/etc/passwd",
  "//server/share",
  "\\\\server\\share\\x",
  "..\\..\\x",
  "a\\b",
  "C:/Windows",
  "c:x",
  "a/./b",
  "./a",
  "a//b",
  "a\u0000b",
  "a\nb",
  "a\u007fb",
  "\ud800",
  `${"x".repeat(256)}`,
  `${"é".repeat(128)}`,
  "a/".repeat(65) + "b",
  "x".repeat(10_000),
];

describe("a path of a project", () => {
  test.each(outside.map((path) => [path.slice(0, 20), path]))("is refused: %j", (_, path) => {
    for (const os of ["linux", "darwin", "win32"] as const) {
      expect(() => pathParts(path, os)).toThrow(expect.objectContaining({ code: "invalid_input" }));
    }
    expect(() => newPathParts(path)).toThrow(MortarError);
  });

  test.each([
    "con",
    "NUL",
    "aux.py",
    "COM1.txt",
    "lpt\u00b9",
    "conin$",
    "x/prn.md",
    "ab:c",
    "a?",
    "end.",
    "end ",
    "a|b",
  ])("is refused on Windows, and everywhere for something new: %j", (path) => {
    expect(() => pathParts(path, "win32")).toThrow(MortarError);
    expect(() => newPathParts(path)).toThrow(MortarError);
    expect(pathParts(path, "linux").join("/")).toBe(path);
  });

  test.each(["console.log", "common.py", "com10", "a..b", ".env", "...", "größe/雪 .md", "-rf", "~", "%2e%2e"])(
    "is taken: %j",
    (path) => expect(pathParts(path, "linux").join("/")).toBe(path),
  );

  test("may be the folder itself only where that is something old", () => {
    for (const path of ["", ".", "./"]) {
      expect(pathParts(path, "linux")).toEqual([]);
      expect(() => newPathParts(path)).toThrow(MortarError);
    }
    expect(pathParts("a/b/", "linux")).toEqual(["a", "b"]);
  });

  test("never leads outside, whatever it is made of", () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "",
      "/",
      "\\",
      "a",
      "C:",
      "nul",
      "\u0000",
      "\u2024\u2024",
      "．．",
      "~",
      "%2e%2e",
    );
    const path = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece, { maxLength: 8 }).map((all) => all.join("/")),
    );
    const root = resolve("/srv/project");
    fc.assert(
      fc.property(path, (text) => {
        for (const os of ["linux", "win32"] as const) {
          const parts = partsOf(text, os);
          if (parts === undefined) continue;
          expect(join(root, ...parts) === root || join(root, ...parts).startsWith(root + sep)).toBe(true);
          const there = win32.join("D:\\srv\\project", ...parts);
          if (os === "win32") expect(there === "D:\\srv\\project" || there.startsWith("D:\\srv\\project\\")).toBe(true);
          expect(parts.every((part) => isPlainName(part, os))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("is told in one short line", () => {
    expect(shown("a\u001b[31m\nb")).toBe('"a?[31m?b"');
    expect(shown("x".repeat(5000)).length).toBeLessThan(130);
  });
});

describe("an id", () => {
  test.each([
    "",
    "..",
    "../x",
    "a",
    "3F2C8A52-6C1C-4A6E-9A55-0C7E0D1B2A3C",
    "3f2c8a52-6c1c-4a6e-9a55-0c7e0d1b2a3c/..",
    "x".repeat(10_000),
  ])("is no UUID", (id) => expect(() => requireId(id)).toThrow(expect.objectContaining({ code: "not_found" })));

  test("is a UUID", () => {
    const id = crypto.randomUUID();
    expect(requireId(id)).toBe(id);
  });
});

function partsOf(text: string, os: "linux" | "win32"): readonly string[] | undefined {
  try {
    return pathParts(text, os);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MortarError);
    return undefined;
  }
}
