import { describe, expect, test } from "bun:test";
import type { EngineRequest } from "../../agent/engine.ts";
import type { AgentEvent, ResetEvent, StoredEvent } from "../../contract/events.ts";
import { done, stage, until, withoutResets, type Stage } from "../testing-runs.ts";

/** An agent that says what a test hands it. */
function handed() {
  const queue: AgentEvent[] = [];
  let wake: (() => void) | undefined;
  const say = (...events: AgentEvent[]): void => {
    queue.push(...events);
    wake?.();
  };
  async function* script({ signal }: Pick<EngineRequest, "signal">): AsyncGenerator<AgentEvent> {
    signal.addEventListener("abort", () => wake?.());
    while (!signal.aborted) {
      const event = queue.shift();
      if (event === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else yield event;
      if (event?.type === "result") return;
    }
  }
  return { say, script };
}

const word = (text: string): AgentEvent => ({ type: "text", text });

/** Reads in the background until `signal`. */
function reader(runs: Stage["runs"], conversationId: string, afterSeq = 0) {
  const ending = new AbortController();
  const events: (StoredEvent | ResetEvent)[] = [];
  const over = (async () => {
    for await (const event of runs.watch(conversationId, { afterSeq, signal: ending.signal })) events.push(event);
  })();
  return { events, stop: async () => (ending.abort(), await over), seqs: () => events.map(({ seq }) => seq) };
}

describe("a reader", () => {
  test("who comes back gets the rest, each event once", async () => {
    const { say, script } = handed();
    await using app = await stage({ script });
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id });
    const first = reader(app.runs, conversation_id);
    say(word("1"), word("2"));
    await until(() => first.events.length === 5);
    await first.stop();
    say(word("3"));
    await until(async () => (await app.store.events.lastSeq(conversation_id)) === 6);
    const second = reader(app.runs, conversation_id, 5);
    say(word("4"), done());
    await until(() => second.events.some(({ type }) => type === "stream.completed"));
    await second.stop();
    expect([...first.seqs(), ...second.seqs()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("who is slow gets all of it and holds up neither the run nor others", async () => {
    const most = 900;
    await using app = await stage({
      script: async function* () {
        for (let at = 0; at < most; at++) yield word(String(at));
        yield done();
      },
    });
    const { id } = await app.project();
    const conversation = await app.store.conversations.create(id, "Talk", {});
    const ending = new AbortController();
    const slow = app.runs.watch(conversation.id, { afterSeq: 0, signal: ending.signal })[Symbol.asyncIterator]();
    const beginning = slow.next();
    await app.send({ project_id: id, conversation_id: conversation.id });
    expect((await beginning).value).toMatchObject({ seq: 1 });
    // Nobody reads any more, and the run ends all the same.
    await until(async () => (await app.store.conversations.get(conversation.id))?.active_run_id === null);
    const last = await until(async () => {
      const seq = await app.store.events.lastSeq(conversation.id);
      return seq >= most + 3 && seq;
    });
    const seqs = [1];
    while ((seqs.at(-1) ?? 0) < last) {
      const next = await slow.next();
      seqs.push(next.value?.seq ?? 0);
    }
    expect(seqs).toEqual(Array.from({ length: last }, (_none, at) => at + 1));
    ending.abort();
    expect((await slow.next()).done).toBe(true);
  });

  test("to the run's end ends at once where none is under way, with what there is", async () => {
    await using app = await stage();
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id });
    const events = await app.toEnd(conversation_id);
    expect((await app.toEnd(conversation_id)).map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
    expect(await app.toEnd(conversation_id, events.length)).toEqual([]);
  });

  test("at another replica sees the same, and may stop the run there", async () => {
    const { say, script } = handed();
    await using app = await stage({ script });
    const other = await app.another();
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id });
    const far = reader(other, conversation_id);
    const near = reader(app.runs, conversation_id);
    say(word("1"));
    await until(() => far.events.length === 4);
    expect(await other.stop(execution_id)).toBe(true);
    await until(() => far.events.some(({ type }) => type === "stream.completed"));
    await until(() => near.events.some(({ type }) => type === "stream.completed"));
    expect(far.events).toEqual(near.events);
    expect(far.events.at(-1)).toMatchObject({ status: "cancelled" });
    await Promise.all([far.stop(), near.stop()]);
  }, 60_000);

  test("at another replica hears of a run that begins later", async () => {
    await using app = await stage();
    const other = await app.another();
    const { id } = await app.project();
    const conversation = await app.store.conversations.create(id, "Talk", {});
    const far = reader(other, conversation.id);
    await app.send({ project_id: id, conversation_id: conversation.id });
    await until(() => far.events.some(({ type }) => type === "stream.completed"));
    expect(far.seqs()).toEqual([1, 2, 3, 4, 5, 6]);
    await far.stop();
  }, 60_000);

  test("waits for a database that goes away, and misses nothing", async () => {
    const { say, script } = handed();
    let isAway = false;
    await using app = await stage({ script });
    const far = await app.another({
      store: {
        ...app.store,
        events: {
          ...app.store.events,
          after: async (...request) => {
            if (isAway) throw new Error("away");
            return await app.store.events.after(...request);
          },
        },
      },
    });
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id });
    const reading = reader(far, conversation_id);
    await until(() => reading.events.length === 3);
    isAway = true;
    say(word("1"), done());
    await until(async () => (await app.store.conversations.get(conversation_id))?.active_run_id === null);
    expect(reading.events).toHaveLength(3);
    isAway = false;
    await until(() => reading.events.some(({ type }) => type === "stream.completed"));
    await reading.stop();
    expect(reading.seqs()).toEqual([1, 2, 3, 4, 5, 6]);
  }, 60_000);

  test("of what is no longer kept is told so once, and goes on", async () => {
    const { say, script } = handed();
    await using app = await stage();
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id });
    const before = await app.toEnd(conversation_id);
    await app.store.events.prune(Date.now() + 1_000);
    app.engine.script = script;
    await app.send({ project_id: id, conversation_id });
    const late = reader(app.runs, conversation_id);
    say(word("new"), done());
    await until(() => late.events.some(({ type }) => type === "stream.completed"));
    await late.stop();
    expect(late.events[0]).toEqual({ type: "reset", seq: before.length });
    expect(late.events.filter(({ type }) => type === "reset")).toHaveLength(1);
    const rest = withoutResets(late.events);
    expect(rest[0]).toMatchObject({ type: "run.started", seq: before.length + 1 });
    expect(rest.map(({ seq }) => seq)).toEqual(rest.map((_event, at) => before.length + 1 + at));
  });
});
