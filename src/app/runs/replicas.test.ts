// Two processes on one Postgres: what one carries out the other shows, stops, answers and, when the first is gone, ends.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AgentEvent } from "../contract/events.ts";
import { startPostgres, type TestPostgres } from "../storage/testing-postgres.ts";
import { answering, clientOf, done, stage, until, withoutResets } from "./testing-runs.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres[Symbol.asyncDispose]());

test("a run on one is read, answered and stopped on the other", async () => {
  await using app = await stage({
    database: await postgres.newDatabase(),
    script: async function* (request): AsyncGenerator<AgentEvent> {
      const client = await clientOf(request, "app");
      yield { type: "tool_use", tool_id: "t1", tool_name: "Bash", tool_input: { command: "ls" } };
      const question = { tool_name: "Bash", input: { command: "ls" }, tool_use_id: "t1" };
      await client.callTool({ name: "approve", arguments: question }).finally(() => client.close());
      yield { type: "text", text: "Allowed." };
      if (request.signal.aborted) return;
      await new Promise<void>((resolve) => request.signal.addEventListener("abort", () => resolve(), { once: true }));
    },
  });
  const other = await app.another();
  const { id } = await app.project();
  const { conversation_id, execution_id } = await app.send({ project_id: id });
  const signal = AbortSignal.timeout(50_000);
  const reading = Array.fromAsync(other.watch(conversation_id, { afterSeq: 0, untilRunEnds: true, signal }));
  const approval = await until(async () => (await app.store.approvals.pending(conversation_id))[0]);
  await other.decide(approval.id, "allow_once", "ann@example.com");
  await until(async () => (await app.store.events.lastSeq(conversation_id)) >= 7);
  expect(await other.stop(execution_id)).toBe(true);
  const events = withoutResets(await reading);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, at) => at + 1));
  expect(events.at(-1)).toMatchObject({ type: "stream.completed", status: "cancelled" });
  expect(events.filter(({ type }) => type === "approval.resolved")).toMatchObject([{ decision: "allow_once" }]);
  const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
  expect(messages[1]?.blocks[0]).toMatchObject({ approval: { decision: "allow_once", by: "ann@example.com" } });
  const again = await other.start(app.caller(), { project_id: id, conversation_id, message: "again" });
  const refused = await app.send({ project_id: id, conversation_id }).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ code: "conflict" });
  expect(await app.runs.stop(again.execution_id)).toBe(true);
}, 60_000);

test("of two messages at the same moment, on two of them, one begins", async () => {
  await using app = await stage({ database: await postgres.newDatabase() });
  const other = await app.another();
  const { id } = await app.project();
  const conversation = await app.store.conversations.create(id, "Talk", {});
  const request = { project_id: id, conversation_id: conversation.id, message: "Hello" };
  const both = await Promise.allSettled([app.send(request), other.start(app.caller(), request)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await until(async () => (await app.store.conversations.get(conversation.id))?.active_run_id === null);
  const { messages } = await app.store.messages.page(conversation.id, { limit: 10 });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
}, 60_000);

test("a server that crashes in the middle of a run costs nothing that was shown", async () => {
  const texts = Array.from({ length: 60 }, (_none, at) => `word-${at} `);
  const middle = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  await using app = await stage({
    database: await postgres.newDatabase(),
    script: async function* () {
      for (const [at, text] of texts.entries()) {
        if (at === 30) {
          middle.resolve();
          await goOn.promise;
        }
        yield { type: "text_delta", text };
        if (at % 10 === 0) await Bun.sleep(10);
      }
      yield { type: "text", text: texts.join("") };
      yield done();
    },
  });
  const { id } = await app.project();
  const { conversation_id } = await app.send({ project_id: id });
  const shown: { seq: number; type: string }[] = [];
  const ending = new AbortController();
  const reading = (async () => {
    for await (const event of app.runs.watch(conversation_id, { afterSeq: 0, signal: ending.signal }))
      shown.push(event);
  })();
  await middle.promise;
  await postgres.kill();
  goOn.resolve();
  await postgres.start();
  await until(() => shown.at(-1)?.type === "stream.completed");
  ending.abort();
  await reading;
  expect(shown.map(({ seq }) => seq)).toEqual(shown.map((_event, at) => at + 1));
  const { events } = await app.store.events.after(conversation_id, 0, 500);
  const said = events.map((event) => (event.type === "text_delta" ? event.text : "")).join("");
  expect(said).toBe(texts.join(""));
  const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
  expect(messages[1]).toMatchObject({ content: texts.join("").trim(), status: "completed" });
}, 60_000);

test("what was said on one is known on the other", async () => {
  await using app = await stage({ database: await postgres.newDatabase() });
  const other = await app.another();
  const { id } = await app.project();
  const { conversation_id } = await app.send({ project_id: id, message: "Remember pear" });
  await app.toEnd(conversation_id);
  app.engine.script = () => answering("Pear.");
  await other.start(app.caller(), { project_id: id, conversation_id, message: "What was it?" });
  await until(async () => (await app.store.conversations.get(conversation_id))?.message_count === 4);
  expect(app.engine.requests[1]?.message).toContain("Remember pear");
}, 60_000);
