import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { createFrameSplitter, framesOf } from "./sse-frames.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** The frames of a text that comes in these pieces, and what is left. */
function split(pieces: readonly Uint8Array[]): { data: (string | undefined)[]; text: string; rest: string } {
  const splitter = createFrameSplitter();
  // One buffer for all pieces, as a network stack may use it.
  const shared = new Uint8Array(Math.max(1, ...pieces.map(({ length }) => length)));
  const frames = pieces.flatMap((piece) => {
    shared.set(piece);
    return splitter.push(shared.subarray(0, piece.length));
  });
  const rest = new TextDecoder().decode(splitter.end());
  const text = new TextDecoder().decode(Buffer.concat(frames.map((frame) => frame.bytes)));
  return { data: frames.map(({ data }) => data), text, rest };
}

const sample = (end: string): string =>
  [
    `event: a${end}data: {"text":"héllo ☂ 🎉"}${end}${end}`,
    `: comment${end}${end}`,
    `data: one${end}data:two${end}data${end}${end}`,
    `${end}`,
    `data: last${end}${end}`,
  ].join("");

describe.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])("a stream whose lines end with %s", (_name, end) => {
  const expected = ['{"text":"héllo ☂ 🎉"}', undefined, "one\ntwo", undefined, "last"];

  test("is the same wherever it is cut in two", async () => {
    const whole = bytes(sample(end));
    for (let at = 0; at <= whole.length; at++) {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(whole.slice(0, at));
          controller.enqueue(whole.slice(at));
          controller.close();
        },
      });
      const data: (string | undefined)[] = [];
      for await (const frame of framesOf(body, new AbortController().signal)) data.push(frame.data);
      expect([at, data]).toEqual([at, expected]);
    }
  });

  test("is the same when it comes byte by byte", () => {
    const whole = bytes(sample(end));
    const { data, text, rest } = split([...whole].map((byte) => Uint8Array.of(byte)));
    expect(text + rest).toBe(sample(end));
    // Of a CR at the very end nobody knows yet whether an LF follows.
    expect(data).toEqual(end === "\r" ? expected.slice(0, -1) : expected);
  });
});

test("no byte is lost, moved or doubled, however lines end and wherever they are cut", () => {
  const piece = fc.constantFrom("data: x", "event: y", ":", "é", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "{}");
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(40)), (parts, cuts) => {
      const whole = bytes(parts.join(""));
      const places = [...new Set(cuts)].filter((at) => at < whole.length).toSorted((one, other) => one - other);
      const pieces = [...places, whole.length].map((at, index) => whole.slice(index === 0 ? 0 : places[index - 1], at));
      const { text, rest } = split(pieces);
      expect(text + rest).toBe(parts.join(""));
      const once = split([whole]);
      expect(split(pieces)).toEqual(once);
    }),
  );
});

test("an event may be as long as it likes", () => {
  const long = "x".repeat(5_000_000);
  const pieces = bytes(`data: ${long}\n\n`);
  const { data } = split(
    Array.from({ length: 51 }, (_none, index) => pieces.slice(index * 100_000, (index + 1) * 100_000)),
  );
  expect(data).toEqual([long]);
});

test("what stands behind the last blank line is no event", async () => {
  const data: unknown[] = [];
  const body = new Response(bytes("data: a\n\ndata: cut")).body;
  if (body === null) throw new Error("no body");
  for await (const frame of framesOf(body, new AbortController().signal)) data.push(frame.data);
  expect(data).toEqual(["a"]);
});

test("who stops listening ends the body", async () => {
  const ended = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes("data: a\n\n")),
    cancel: () => ended.resolve(),
  });
  for await (const frame of framesOf(body, new AbortController().signal)) if (frame.data === "a") break;
  await ended.promise;
});
