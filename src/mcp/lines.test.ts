// Splitting bytes into lines, at every place at which a chunk may end.
import { describe, expect, test } from "bun:test";
import { LineSplitter, type Line } from "./lines.ts";

function split(chunks: readonly (string | Uint8Array)[], limit = 1_000): Line[] {
  const splitter = new LineSplitter(limit);
  const bytes = (chunk: string | Uint8Array): Uint8Array => (typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return chunks.flatMap((chunk) => [...splitter.push(bytes(chunk))]);
}

const texts = (lines: readonly Line[]): string[] =>
  lines.map((line) => (line.kind === "line" ? line.text : "too long"));

describe("LineSplitter", () => {
  test("gives whole lines, however they are cut", () => {
    const text = '{"a":"é"}\n\n{"b":"😀"}\r\nrest';
    const whole = Buffer.from(text);
    for (let at = 0; at <= whole.length; at++) {
      const lines = split([whole.subarray(0, at), whole.subarray(at)]);
      expect(texts(lines)).toEqual(['{"a":"é"}', "", '{"b":"😀"}\r']);
    }
    expect(texts(split([...whole].map((byte) => new Uint8Array([byte]))))).toHaveLength(3);
  });

  test("keeps what has no end yet", () => {
    expect(split(["abc"])).toEqual([]);
    expect(texts(split(["abc", "def\n"]))).toEqual(["abcdef"]);
  });

  test("a line of exactly the limit is whole, one byte more is too long", () => {
    expect(texts(split([`${"x".repeat(10)}\n`], 10))).toEqual(["x".repeat(10)]);
    expect(split([`${"x".repeat(11)}\n`], 10)[0]).toMatchObject({ kind: "too-long", sizeBytes: 11 });
  });

  test("a line too long leaves its two ends, and the lines after it are whole", () => {
    const long = `HEAD${"x".repeat(20_000)}TAIL`;
    for (const size of [1, 7, 4_096, 50_000]) {
      const whole = Buffer.from(`before\n${long}\nafter\n`);
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      const lines = split(chunks, 6_000);
      expect(lines.map(({ kind }) => kind)).toEqual(["line", "too-long", "line"]);
      const [, middle, after] = lines;
      if (middle?.kind !== "too-long") throw new Error("it was expected to be too long");
      expect(middle.head.startsWith("HEAD")).toBe(true);
      expect(middle.tail.endsWith("TAIL")).toBe(true);
      expect(middle.head.length).toBeLessThanOrEqual(4_096);
      expect(middle.tail.length).toBeLessThanOrEqual(4_096);
      expect(middle.sizeBytes).toBe(long.length);
      expect(after).toEqual({ kind: "line", text: "after" });
    }
  });
});
