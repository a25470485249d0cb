// Streams: at the reader's pace, alive while nothing happens, and over when the reader goes.
import { expect, test } from "bun:test";
import { systemClock } from "../../platform/clock.ts";
import { eventStream } from "./sse.ts";

const never = { now: () => 0, sleep: (_ms: number, signal?: AbortSignal) => untilAborted(signal) };

function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_done, fail) => signal?.addEventListener("abort", () => fail(signal.reason), { once: true }));
}

const common = { opening: ": hello\n\n", keepAlive: () => ": still\n\n", keepAliveMs: 15_000 };

async function* texts(...all: readonly string[]): AsyncGenerator<string, void> {
  for (const text of all) yield text;
}

test("what comes is written after the opening, and the end is the end", async () => {
  const answer = eventStream(texts("a", "b"), { ...common, clock: never, end: new AbortController() });
  expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(await answer.text()).toBe(": hello\n\nab");
});

test("silence is broken, and nothing is lost by it", async () => {
  let naps = 0;
  const held = Promise.withResolvers<void>();
  async function* late(): AsyncGenerator<string, void> {
    await held.promise;
    yield "late";
  }
  const clock = {
    now: () => 0,
    sleep: (_ms: number, signal?: AbortSignal) => {
      naps += 1;
      if (naps === 3) held.resolve();
      return naps < 3 ? Promise.resolve() : untilAborted(signal);
    },
  };
  const answer = eventStream(late(), { ...common, clock, end: new AbortController() });
  expect(await answer.text()).toBe(": hello\n\n: still\n\n: still\n\nlate");
});

test("a reader who goes ends what is read", async () => {
  const end = new AbortController();
  const ended = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<string, void> {
    try {
      for (;;) yield "more";
    } finally {
      ended.resolve();
    }
  }
  const reader = eventStream(endless(), { ...common, clock: systemClock, end }).body?.getReader();
  await reader?.read();
  await reader?.read();
  await reader?.cancel();
  await ended.promise;
  expect(end.signal.aborted).toBe(true);
});

test("a source that fails breaks the stream off", async () => {
  async function* failing(): AsyncGenerator<string, void> {
    yield "a";
    throw new Error("the database is away");
  }
  const end = new AbortController();
  const answer = eventStream(failing(), { ...common, clock: never, end });
  await expect(answer.text()).rejects.toThrow("the database is away");
  await answer.text().catch(() => undefined);
  expect(end.signal.aborted).toBe(true);
});

test("nothing is read ahead of a reader who does not read", async () => {
  let read = 0;
  async function* counting(): AsyncGenerator<string, void> {
    for (;;) {
      read += 1;
      yield "x".repeat(1_000);
    }
  }
  const answer = eventStream(counting(), { ...common, clock: never, end: new AbortController() });
  const reader = answer.body?.getReader();
  await reader?.read();
  await reader?.read();
  expect(read).toBeLessThan(5);
  await reader?.cancel();
});
