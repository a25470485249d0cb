// Streams of runs: over when the reader may read no more, and whole for a run that ended while it was being read.
import { expect, test } from "bun:test";
import type { Run } from "../contract/api.ts";
import type { ResetEvent, StoredEvent } from "../contract/events.ts";
import type { Runs } from "../runs/runs.ts";
import type { AppParts } from "./parts.ts";
import { conversationStream, olderStream } from "./run-stream.ts";

const time = { ms: 0 };
const never = (_ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((_done, fail) => signal?.addEventListener("abort", () => fail(signal.reason), { once: true }));

function partsOf(watch: Runs["watch"], stored: readonly StoredEvent[] = []): AppParts {
  const ofRun = (_id: string, { afterSeq = 0, limit = 500 } = {}) =>
    Promise.resolve(stored.filter(({ seq }) => seq > afterSeq).slice(0, limit));
  return {
    deps: { clock: { now: () => time.ms, sleep: never } },
    runs: { watch },
    store: { events: { ofRun, lastSeq: () => Promise.resolve(9) } },
  } as unknown as AppParts;
}

const event = (seq: number, more: object = {}): StoredEvent =>
  ({ type: "text_delta", text: `${seq}`, seq, run_id: "r", conversation_id: "c", at: "now", ...more }) as StoredEvent;
const last = (seq: number): StoredEvent =>
  event(seq, { type: "stream.completed", status: "completed", is_error: false, is_cancelled: false });

const signal = new AbortController().signal;
const cursors = (text: string): number[] => [...text.matchAll(/"_cursor":(\d+)/g)].map(([, at]) => Number(at));

test("who may read no more gets no more", async () => {
  let allowed = true;
  async function* watch(): AsyncGenerator<StoredEvent> {
    yield event(1);
    time.ms += 20_000;
    yield event(2);
    allowed = false;
    yield event(3);
    time.ms += 20_000;
    yield event(4);
  }
  const options = { conversationId: "c", afterSeq: 0, isAllowed: () => Promise.resolve(allowed), signal };
  const text = await conversationStream(partsOf(watch), options).text();
  expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(["1", "2", "3"]);
});

test("a reader who is sent on is told from where", async () => {
  async function* watch(): AsyncGenerator<StoredEvent | ResetEvent> {
    yield { type: "reset", seq: 7 };
    yield event(8);
  }
  const options = { conversationId: "c", afterSeq: 2, isAllowed: () => Promise.resolve(true), signal };
  const text = await conversationStream(partsOf(watch), options).text();
  expect(text).toContain('id: 7\ndata: {"type":"reset","seq":7}\n\nid: 8\n');
});

test("a reader who is ahead of everything is told where the end is", async () => {
  const asked: number[] = [];
  async function* watch(_id: string, { afterSeq }: { readonly afterSeq: number }): AsyncGenerator<StoredEvent> {
    asked.push(afterSeq);
    yield event(10);
  }
  const options = { conversationId: "c", afterSeq: 5_000, isAllowed: () => Promise.resolve(true), signal };
  const text = await conversationStream(partsOf(watch), options).text();
  expect(text).toContain('id: 9\ndata: {"type":"reset","seq":9}\n\nid: 10\n');
  expect(asked).toEqual([9]);
});

const isAllowed = (): Promise<boolean> => Promise.resolve(true);
const run = { id: "r", conversation_id: "c", before_seq: 0, status: "running" } as Run;

test("an older stream has its run's events alone, and ends with it", async () => {
  async function* watch(): AsyncGenerator<StoredEvent> {
    yield event(1, { run_id: "before" });
    yield event(2);
    yield event(3, { type: "error", code: "internal", message: "it broke" });
    yield last(4);
    yield event(5, { run_id: "next" });
  }
  const text = await olderStream(partsOf(watch), { run, cursor: undefined, isAllowed, signal }).text();
  expect(cursors(text)).toEqual([0, 2, 3, 4]);
  expect(text).toContain('"error":"it broke"');
  expect(text).toEndWith("data: [DONE]\n\n");
});

test("a run whose first events are no longer handed out is read from where they are kept, to its end", async () => {
  async function* watch(): AsyncGenerator<StoredEvent | ResetEvent> {
    yield { type: "reset", seq: 1_200 };
  }
  const stored = [...Array.from({ length: 1_200 }, (_, at) => event(at + 1)), last(1_201), event(1_202)];
  const text = await olderStream(partsOf(watch, stored), { run, cursor: 3, isAllowed, signal }).text();
  expect(cursors(text)).toEqual(Array.from({ length: 1_198 }, (_, at) => at + 4));
  expect(text).toEndWith("data: [DONE]\n\n");
});

test("an older stream is over for who may read no more", async () => {
  let allowed = true;
  async function* watch(): AsyncGenerator<StoredEvent> {
    yield event(1);
    allowed = false;
    time.ms += 20_000;
    yield event(2);
    yield last(3);
  }
  const options = { run, cursor: undefined, isAllowed: () => Promise.resolve(allowed), signal };
  expect(cursors(await olderStream(partsOf(watch), options).text())).toEqual([0, 1]);
});
