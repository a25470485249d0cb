import { describe, expect, test } from "bun:test";
import { systemClock } from "../../../platform/clock.ts";
import { MortarError } from "../../../platform/errors.ts";
import type { AnyEvent, StoredEvent } from "../../contract/events.ts";
import { createEventWriter, type EventWriterOptions } from "./event-writer.ts";

type Append = EventWriterOptions["store"]["events"]["append"];
type Rows = Parameters<Append>[0];

/** A database in memory that fails as it is told. */
function bench(options: Partial<EventWriterOptions> = {}) {
  const batches: Rows[] = [];
  const shown: StoredEvent[] = [];
  const failed: string[] = [];
  const seqs = new Map<string, number>();
  const trouble: { of: (rows: Rows) => boolean; isAway: boolean; tries: number; gate: Promise<void> } = {
    of: () => false,
    isAway: false,
    tries: 0,
    gate: Promise.resolve(),
  };
  const append: Append = async (rows) => {
    trouble.tries += 1;
    await trouble.gate;
    if (trouble.isAway) throw new MortarError("unreachable", "no database");
    if (trouble.of(rows)) throw new Error("refused");
    batches.push(rows);
    return rows.map(({ conversation_id, run_id, event }) => {
      const seq = (seqs.get(conversation_id) ?? 0) + 1;
      seqs.set(conversation_id, seq);
      return { ...event, conversation_id, run_id, seq, at: "" };
    });
  };
  const check = () => (trouble.isAway ? Promise.reject(new Error("away")) : Promise.resolve());
  const writer = createEventWriter({
    store: { events: { append } as EventWriterOptions["store"]["events"], check },
    clock: { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal) },
    stored: (events) => shown.push(...events),
    failed: (runId) => failed.push(runId),
    ...options,
  });
  return { writer, batches, shown, failed, trouble };
}

const place = (name: string) => ({ conversationId: `c-${name}`, runId: `r-${name}` });
const text = (said: string): AnyEvent => ({ type: "text_delta", text: said });
const whole = (said: string): AnyEvent => ({ type: "text", text: said });

describe("the event writer", () => {
  test("stores the first at once and what comes meanwhile together, for all runs", async () => {
    const { writer, batches, trouble, shown } = bench();
    const open = Promise.withResolvers<void>();
    trouble.gate = open.promise;
    void writer.write(place("a"), whole("1"));
    await Promise.resolve();
    await Promise.resolve();
    for (const name of ["a", "b", "c"]) for (const said of ["2", "3"]) void writer.write(place(name), whole(said));
    expect(shown).toEqual([]);
    open.resolve();
    await Promise.all(["a", "b", "c"].map((name) => writer.flushed(`r-${name}`)));
    expect(batches.map((rows) => rows.length)).toEqual([1, 6]);
    expect(shown).toHaveLength(7);
  });

  test("joins what a run says in one go, and nothing over another event", async () => {
    const { writer, shown } = bench();
    const use: AnyEvent = { type: "tool_use", tool_id: "t", tool_name: "x", tool_input: {} };
    for (const event of [text("a"), text("b"), use, text("c"), text("d")]) void writer.write(place("a"), event);
    void writer.write(place("b"), text("z"));
    await Promise.all([writer.flushed("r-a"), writer.flushed("r-b")]);
    expect(shown.map((event) => ("text" in event ? event.text : event.type))).toEqual(["ab", "tool_use", "cd", "z"]);
  });

  test("shows nothing that is not stored, and all of it once the database is back", async () => {
    const { writer, shown, trouble, failed } = bench();
    trouble.isAway = true;
    void writer.write(place("a"), whole("1"));
    void writer.write(place("a"), whole("2"));
    while (trouble.tries < 8) await Bun.sleep(1);
    expect(shown).toEqual([]);
    trouble.isAway = false;
    await writer.flushed("r-a");
    expect(shown.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(failed).toEqual([]);
  });

  test("holds a run up that says more than may wait, and lets it go on when there is room", async () => {
    const { writer, trouble } = bench({ mostWaiting: 1_000 });
    const open = Promise.withResolvers<void>();
    trouble.gate = open.promise;
    expect(writer.write(place("a"), whole("short"))).toBeUndefined();
    let isFree = false;
    const waiting = writer.write(place("a"), whole("x".repeat(2_000)));
    void waiting?.then(() => (isFree = true));
    expect(waiting).toBeInstanceOf(Promise);
    expect(writer.write(place("b"), whole("short"))).toBeUndefined();
    await writer.flushed("nobody");
    expect(isFree).toBe(false);
    open.resolve();
    await waiting;
    expect(isFree).toBe(true);
  });

  test("gives a run up when the database stays away, and takes its events again when told so", async () => {
    const { writer, shown, trouble, failed } = bench({ giveUpMs: 20 });
    trouble.isAway = true;
    void writer.write(place("a"), whole("lost"));
    await writer.flushed("r-a");
    expect(failed).toEqual(["r-a"]);
    trouble.isAway = false;
    void writer.write(place("a"), whole("dropped"));
    await writer.flushed("r-a");
    expect(shown).toEqual([]);
    writer.resume("r-a");
    void writer.write(place("a"), whole("back"));
    await writer.flushed("r-a");
    expect(shown).toMatchObject([{ text: "back", seq: 1 }]);
  });

  test("gives up the run alone whose events the database will not have", async () => {
    const { writer, shown, trouble, failed } = bench();
    trouble.of = (rows) => rows.some(({ run_id }) => run_id === "r-bad");
    void writer.write(place("good"), whole("1"));
    void writer.write(place("bad"), whole("poison"));
    void writer.write(place("other"), whole("2"));
    await Promise.all(["good", "bad", "other"].map((name) => writer.flushed(`r-${name}`)));
    expect(failed).toEqual(["r-bad"]);
    expect(shown.map(({ run_id }) => run_id)).toEqual(["r-good", "r-other"]);
  });

  test("stores what is left at its end, and waits for no database longer than it may", async () => {
    const first = bench();
    void first.writer.write(place("a"), whole("1"));
    await first.writer.close(AbortSignal.timeout(5_000));
    expect(first.shown).toHaveLength(1);
    const second = bench();
    second.trouble.isAway = true;
    void second.writer.write(place("a"), whole("1"));
    await second.writer.close(AbortSignal.timeout(20));
    expect(second.shown).toEqual([]);
    expect(second.writer.write(place("a"), whole("late"))).toBeUndefined();
  });
});
