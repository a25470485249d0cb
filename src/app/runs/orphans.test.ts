import { describe, expect, test } from "bun:test";
import { systemClock } from "../../platform/clock.ts";
import { MortarError } from "../../platform/errors.ts";
import type { EngineRequest } from "../agent/engine.ts";
import type { AgentEvent } from "../contract/events.ts";
import type { Store } from "../storage/store.ts";
import { answering, clientOf, done, stage, until, type Stage } from "./testing-runs.ts";

/** Says something and goes on until it is stopped. */
async function* endless({ signal }: Pick<EngineRequest, "signal">): AsyncGenerator<AgentEvent> {
  yield { type: "system", subtype: "init", session_id: "s-7" };
  yield { type: "text", text: "First." };
  yield { type: "text_delta", text: "Second, half" };
  await stopped(signal);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

const begun = (app: Stage, conversationId: string, seq: number) =>
  until(async () => (await app.store.events.lastSeq(conversationId)) >= seq);

/** A store that forgets what the process is about to say at its end: as if it had been killed. */
function killed(store: Store, isDead: () => boolean): Store {
  const refuse = async (): Promise<never> => {
    throw new MortarError("unreachable", "this process is dead");
  };
  const guard = <T extends object>(part: T): T =>
    new Proxy(part, { get: (target, name) => (isDead() ? refuse : Reflect.get(target, name)) });
  return {
    ...store,
    check: () => (isDead() ? refuse() : store.check()),
    projects: guard(store.projects),
    conversations: guard(store.conversations),
    messages: guard(store.messages),
    runs: guard(store.runs),
    events: guard(store.events),
    approvals: guard(store.approvals),
    operations: guard(store.operations),
    settings: guard(store.settings),
  };
}

describe("a run whose process was killed", () => {
  test("is ended at the next start, with all that is stored of it, and the conversation goes on", async () => {
    let isDead = false;
    await using app = await stage({ script: endless, over: (store) => killed(store, () => isDead) });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id, message: "Go" });
    await begun(app, conversation_id, 6);
    isDead = true;
    await app.runs.close();
    expect(await app.store.runs.get(execution_id)).toMatchObject({ status: "running" });
    const again = await app.another({ same: true });
    expect(await app.store.runs.get(execution_id)).toMatchObject({ status: "interrupted" });
    const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
    expect(messages).toMatchObject([
      { role: "user", content: "Go" },
      { role: "assistant", content: "First.\n\nSecond, half", status: "interrupted", run_id: execution_id },
    ]);
    const signal = AbortSignal.timeout(50_000);
    const events = await Array.fromAsync(again.watch(conversation_id, { afterSeq: 4, untilRunEnds: true, signal }));
    expect(events.at(-1)).toMatchObject({
      type: "stream.completed",
      status: "interrupted",
      message_id: messages[1]?.id,
    });
    expect(await app.store.conversations.get(conversation_id)).toMatchObject({
      session_id: "s-7",
      active_run_id: null,
    });
    app.engine.script = () => answering();
    await again.start(app.caller(), { project_id: id, conversation_id, message: "And now" });
    await until(async () => (await app.store.conversations.get(conversation_id))?.active_run_id === null);
  });

  test("leaves no question open", async () => {
    let isDead = false;
    await using app = await stage({
      over: (store) => killed(store, () => isDead),
      script: async function* (request) {
        const client = await clientOf(request, "app");
        await client.callTool({ name: "approve", arguments: { tool_name: "Bash", input: {} } }).catch(() => undefined);
        await client.close().catch(() => undefined);
        yield done();
      },
    });
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id });
    const approval = await until(async () => (await app.store.approvals.pending(conversation_id))[0]);
    isDead = true;
    await app.runs.close();
    const again = await app.another({ same: true });
    expect(await app.store.approvals.pending(conversation_id)).toEqual([]);
    const late = await again.decide(approval.id, "allow_once", "x").catch((thrown: unknown) => thrown);
    expect(late).toMatchObject({ code: "conflict" });
    const { events } = await app.store.events.after(conversation_id, 0, 100);
    expect(events.filter(({ type }) => type === "approval.resolved")).toMatchObject([{ decision: "deny" }]);
  }, 60_000);

  test("is ended by another replica after a minute, and not before", async () => {
    let isDead = false;
    let aheadMs = 0;
    const clock = { now: () => Date.now() + aheadMs, sleep: systemClock.sleep };
    await using app = await stage({ script: endless, deps: { clock }, over: (store) => killed(store, () => isDead) });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id });
    await begun(app, conversation_id, 6);
    isDead = true;
    await app.runs.close();
    await app.another();
    expect(await app.store.runs.get(execution_id)).toMatchObject({ status: "running" });
    aheadMs = 61_000;
    await app.another();
    expect(await app.store.runs.get(execution_id)).toMatchObject({ status: "interrupted" });
    const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
  });

  test("is not taken from a replica that is alive", async () => {
    await using app = await stage({ script: endless });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id });
    await begun(app, conversation_id, 6);
    // On the same data folder, too: who has it keeps it.
    await app.another({ same: true });
    await app.another();
    expect(await app.store.runs.get(execution_id)).toMatchObject({ status: "running" });
  });
});

describe("the end of the process", () => {
  test("ends its runs as interrupted, and stores what they said", async () => {
    await using app = await stage({
      script: async function* ({ signal }) {
        yield { type: "text_delta", text: "Half" };
        await stopped(signal);
      },
    });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id });
    await begun(app, conversation_id, 4);
    await app.runs.close();
    expect(await app.store.runs.get(execution_id)).toMatchObject({ status: "interrupted" });
    const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
    expect(messages[1]).toMatchObject({ content: "Half", status: "interrupted" });
    const { events } = await app.store.events.after(conversation_id, 0, 100);
    expect(events.at(-1)).toMatchObject({ type: "stream.completed", status: "interrupted" });
    const late = await app.send({ project_id: id }).catch((thrown: unknown) => thrown);
    expect(late).toMatchObject({ code: "unavailable" });
  });
});

describe("a database that goes away", () => {
  test("and comes back: nothing is lost, nothing is shown before it is stored", async () => {
    let isAway = false;
    let refusals = 0;
    const said = Promise.withResolvers<void>();
    await using app = await stage({
      over: (store) => killed(store, () => (refusals++, isAway)),
      script: async function* () {
        yield { type: "text", text: "One." };
        await said.promise;
        yield { type: "text", text: "Two." };
        yield done();
      },
    });
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id });
    const seen: string[] = [];
    const ending = new AbortController();
    const reading = (async () => {
      for await (const { type } of app.runs.watch(conversation_id, { afterSeq: 0, signal: ending.signal }))
        seen.push(type);
    })();
    await until(() => seen.length === 4);
    isAway = true;
    refusals = 0;
    said.resolve();
    await until(() => refusals > 2);
    expect(seen).toHaveLength(4);
    isAway = false;
    await until(() => seen.at(-1) === "stream.completed");
    ending.abort();
    await reading;
    const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
    expect(messages[1]).toMatchObject({ content: "One.\n\nTwo.", status: "completed" });
  });

  test("for too long: the run ends with an error that says so, and keeps what was stored", async () => {
    let isAway = false;
    let refusals = 0;
    let aheadMs = 0;
    const clock = { now: () => Date.now() + aheadMs, sleep: systemClock.sleep };
    const said = Promise.withResolvers<void>();
    let isStopped = false;
    await using app = await stage({
      deps: { clock },
      over: (store) => killed(store, () => (refusals++, isAway)),
      script: async function* ({ signal }) {
        yield { type: "text", text: "Kept." };
        await said.promise;
        yield { type: "text", text: "Lost." };
        await stopped(signal);
        isStopped = true;
      },
    });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id });
    await begun(app, conversation_id, 4);
    isAway = true;
    refusals = 0;
    said.resolve();
    await until(() => refusals > 2);
    aheadMs = 61_000;
    await until(() => isStopped);
    isAway = false;
    await until(async () => (await app.store.runs.get(execution_id))?.status === "error");
    const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
    expect(messages[1]).toMatchObject({ content: "Kept.", is_error: true });
    expect(messages[1]?.blocks.at(-1)).toMatchObject({ type: "error", code: "unavailable" });
    const events = await app.toEnd(conversation_id);
    expect(JSON.stringify(events)).not.toContain("Lost.");
    expect(events.map(({ type }) => type).slice(-2)).toEqual(["error", "stream.completed"]);
  }, 60_000);

  test("for one event alone: its run ends with an error, others go on, and so does the conversation", async () => {
    const full = (store: Store): Store => ({
      ...store,
      events: {
        ...store.events,
        append: async (rows) => {
          if (JSON.stringify(rows).includes("poison")) throw new Error("database or disk is full");
          return await store.events.append(rows);
        },
      },
    });
    await using app = await stage({
      over: full,
      script: async function* ({ message, signal }) {
        yield { type: "text", text: "It begins." };
        if (message === "too much") {
          yield { type: "text", text: "poison" };
          await stopped(signal);
        }
        yield done();
      },
    });
    const { id } = await app.project();
    const [bad, good] = await Promise.all(
      ["too much", "little"].map((message) => app.send({ project_id: id, message })),
    );
    await until(async () => (await app.store.runs.get(bad?.execution_id ?? ""))?.status === "error");
    await until(async () => (await app.store.runs.get(good?.execution_id ?? ""))?.status === "completed");
    const request = { project_id: id, conversation_id: bad?.conversation_id ?? "" };
    const before = await app.store.events.lastSeq(request.conversation_id);
    await app.send({ ...request, message: "less" });
    const events = await app.toEnd(request.conversation_id, before);
    expect(events.at(-1)).toMatchObject({ status: "completed" });
  }, 60_000);
});
