import { describe, expect, test } from "bun:test";
import { systemClock } from "../../platform/clock.ts";
import { eventStream, pieces, type StreamOptions } from "./event-stream.ts";
import type { StreamFault } from "./scenario.ts";

const frames = ["data: one\n\n", "data: zwölf 🎉\n\n", "data: three\n\n"];
const whole = frames.join("");

function play(fault?: Partial<StreamFault>, splitBytes = 0): ReadableStream<Uint8Array> {
  const full = { kind: "end", type: "t", message: "m", times: 1, ...fault } as const;
  const options: StreamOptions = {
    clock: systemClock,
    signal: new AbortController().signal,
    turn: { delayMs: 0, splitBytes },
    fault: fault === undefined ? undefined : full,
    errorFrame: "error\n\n",
  };
  return eventStream(frames, options);
}

async function read(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks: readonly Uint8Array[]): string => Buffer.concat([...chunks]).toString();

test("without a fault, each frame by itself", async () => {
  expect((await read(play())).map((chunk) => textOf([chunk]))).toEqual(frames);
});

test.each([1, 2, 3, 7, 1000])("pieces of %d bytes are all the bytes", async (size) => {
  const chunks = await read(play(undefined, size));
  expect(textOf(chunks)).toBe(whole);
  expect(chunks.slice(0, -1).every(({ byteLength }) => byteLength === size)).toBe(true);
  expect(chunks).toHaveLength(Math.ceil(Buffer.byteLength(whole) / size));
});

describe("faults", () => {
  test.each([
    [{ afterEvents: 0 }, ""],
    [{ afterEvents: 2 }, frames.slice(0, 2).join("")],
    [{ afterEvents: 99 }, whole],
    [{ afterBytes: 0 }, ""],
    [{ afterBytes: 8 }, "data: on"],
    [{ kind: "error", afterEvents: 1 }, "data: one\n\nerror\n\n"],
    [{ kind: "error", afterBytes: 4 }, "dataerror\n\n"],
  ] as const)("%j", async (fault, sent) => {
    expect(textOf(await read(play(fault)))).toBe(sent);
    expect(textOf(await read(play(fault, 3)))).toBe(sent);
  });

  test("a reset comes after what was to be sent", async () => {
    const reader = play({ kind: "reset", afterEvents: 1 }).getReader();
    expect(textOf([(await reader.read()).value ?? new Uint8Array()])).toBe("data: one\n\n");
    const after = await reader.read().then(
      () => "more",
      () => "broken",
    );
    expect(after).toBe("broken");
  });
});

test("pieces are of characters, and make the text", () => {
  const text = "🎉".repeat(50);
  expect(pieces(text).map((piece) => [...piece].length)).toEqual([24, 24, 2]);
  expect(pieces(text).join("")).toBe(text);
  expect(pieces("")).toEqual([]);
});
