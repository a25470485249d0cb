// The stream comes back from every kind of break, from where it was, and never opens twice.
import { describe, expect, test } from "bun:test";
import { openEvents, pauseOf, type StreamHost, type StreamStatus } from "./event-stream.ts";

interface Opened {
  readonly address: string;
  readonly on: Parameters<StreamHost["open"]>[1];
  closed: boolean;
}

const world = () => {
  const opened: Opened[] = [];
  let timers: { readonly call: () => void; readonly ms: number }[] = [];
  let change = (): void => undefined;
  const state = { hidden: false, busy: false, seq: 0, silent: 0 };
  const statuses: StreamStatus[] = [];
  const seqs: number[] = [];
  const host: StreamHost = {
    open: (address, on) => {
      const one: Opened = { address, on, closed: false };
      opened.push(one);
      return { close: () => void (one.closed = true) };
    },
    later: (call, ms) => {
      const timer = { call, ms };
      timers.push(timer);
      return () => void (timers = timers.filter((each) => each !== timer));
    },
    isHidden: () => state.hidden,
    onChange: (call) => {
      change = call;
      return () => void (change = () => undefined);
    },
    random: () => 0.5,
  };
  const stream = openEvents({
    addressAfter: (seq) => `/events?after=${seq}`,
    after: () => state.seq,
    isBusy: () => state.busy,
    onEvent: ({ seq }) => {
      state.seq = seq;
      seqs.push(seq);
    },
    onStatus: (status) => statuses.push(status),
    onSilence: () => void (state.silent += 1),
    host,
  });
  /** Lets the timer that is due first fire, if it is due within `ms`. */
  const fire = (ms: number): boolean => {
    const [first] = timers.toSorted((one, other) => one.ms - other.ms);
    if (first === undefined || first.ms > ms) return false;
    timers = timers.filter((each) => each !== first);
    first.call();
    return true;
  };
  const last = (): Opened => {
    const one = opened.at(-1);
    if (one === undefined) throw new Error("Nothing was opened.");
    return one;
  };
  return { opened, state, statuses, seqs, stream, fire, last, changed: () => change(), timers: () => timers };
};

const event = (seq: number): string => JSON.stringify({ type: "text_delta", text: "a", seq });

describe("a stream", () => {
  test("is taken up after its last event when it breaks", () => {
    const { last, opened, fire, seqs, statuses } = world();
    expect(last().address).toBe("/events?after=0");
    last().on.open();
    last().on.message(event(1));
    last().on.message(event(2));
    last().on.error();
    expect(opened[0]?.closed).toBe(true);
    expect(fire(1000)).toBe(true);
    expect(last().address).toBe("/events?after=2");
    last().on.open();
    last().on.message(event(3));
    expect(seqs).toEqual([1, 2, 3]);
    expect(statuses).toEqual(["connecting", "open", "reconnecting", "open"]);
  });

  test("waits longer the more often it fails, and never longer than 20 s", () => {
    const { last, fire, timers } = world();
    const waits: number[] = [];
    for (let tries = 0; tries < 12; tries++) {
      last().on.error();
      waits.push(timers()[0]?.ms ?? 0);
      fire(60_000);
    }
    expect(waits.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
    expect(Math.max(...waits)).toBe(15_000);
    expect(pauseOf(20, 1)).toBeLessThanOrEqual(20_000);
  });

  test("closes some time after the page is hidden, and is taken up when it is seen", () => {
    const { state, changed, fire, last, opened, statuses } = world();
    last().on.open();
    last().on.message(event(7));
    state.hidden = true;
    changed();
    expect(opened[0]?.closed).toBe(false);
    fire(5000);
    expect(opened[0]?.closed).toBe(true);
    expect(statuses.at(-1)).toBe("paused");
    state.hidden = false;
    changed();
    expect(last().address).toBe("/events?after=7");
    expect(opened).toHaveLength(2);
  });

  test("stays where the page is hidden for a moment only", () => {
    const { state, changed, opened, timers } = world();
    opened[0]?.on.open();
    state.hidden = true;
    changed();
    state.hidden = false;
    changed();
    expect(opened).toHaveLength(1);
    expect(timers().every(({ ms }) => ms > 5000)).toBe(true);
  });

  test("comes back at once when the machine is online again", () => {
    const { changed, opened, last } = world();
    last().on.error();
    changed();
    expect(opened).toHaveLength(2);
    changed();
    expect(opened).toHaveLength(2);
  });

  test("is opened anew, and asked about, when it is silent while a run goes on; not otherwise", () => {
    const { state, fire, opened } = world();
    opened[0]?.on.open();
    fire(60_000);
    expect([opened.length, state.silent]).toEqual([1, 0]);
    state.busy = true;
    fire(60_000);
    expect([opened.length, state.silent]).toEqual([2, 1]);
    expect(opened[0]?.closed).toBe(true);
  });

  test("takes no notice of what is no event", () => {
    const { last, seqs } = world();
    for (const data of ["", "nonsense", "null", "5", "{}", '{"type":"x"}']) last().on.message(data);
    expect(seqs).toEqual([]);
  });

  test("is over when it is closed", () => {
    const { stream, last, opened, timers, changed } = world();
    const { on } = last();
    stream.close();
    on.error();
    changed();
    expect(opened).toHaveLength(1);
    expect(opened[0]?.closed).toBe(true);
    expect(timers()).toEqual([]);
  });
});
