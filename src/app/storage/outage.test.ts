// A database that goes away, comes back, and loses answers on the way: nothing is lost, nothing is stored twice.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AnyEvent } from "../contract/events.ts";
import { openStore, type StoreOptions } from "./open-store.ts";
import type { Store } from "./store.ts";
import { layCable, type Cable } from "./testing-cable.ts";
import { canRunPostgres, startPostgres, type TestPostgres } from "./testing-postgres.ts";
import { storeDeps } from "./testing-stores.ts";

let server: TestPostgres;
beforeAll(async () => {
  if (canRunPostgres) server = await startPostgres();
}, 60_000);
afterAll(async () => {
  if (canRunPostgres) await server[Symbol.asyncDispose]();
});

interface Stage extends AsyncDisposable {
  readonly store: Store;
  readonly cable: Cable;
  readonly conversation: string;
  readonly texts: () => Promise<readonly string[]>;
  append(...words: readonly string[]): Promise<unknown>;
}

/** A store at the other end of a cable, and a conversation in it. */
async function stage(options: Partial<StoreOptions> = {}): Promise<Stage> {
  const cable = await layCable(server.port);
  const url = new URL(await server.newDatabase());
  url.port = String(cable.port);
  url.search = "?sslmode=disable";
  const quick = { poolSize: 2, retries: 3, retryDelayMs: 5, connectTimeoutMs: 1000 };
  const store = await openStore(storeDeps(), { database: url.href, ...quick, ...options });
  const project = await store.projects.create("ann@example.com", "P");
  const { id } = await store.conversations.create(project.id, "C", {});
  return {
    store,
    cable,
    conversation: id,
    texts: async () =>
      (await store.events.after(id, 0, 1000)).events.map((event) => ("text" in event ? event.text : "")),
    append: (...words) =>
      store.events.append(
        words.map((text): { conversation_id: string; run_id: string; event: AnyEvent } => ({
          conversation_id: id,
          run_id: "r",
          event: { type: "text_delta", text },
        })),
      ),
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await cable[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(!canRunPostgres)("a Postgres that goes away", () => {
  test("is unreachable in words, and works again when it is back, without a restart", async () => {
    await using at = await stage();
    await at.append("one");
    at.cable.cut();
    const attempts = [
      () => at.store.check(),
      () => at.texts(),
      () => at.append("never"),
      () => at.store.projects.list("ann@example.com"),
      () => at.store.settings.set("ann", "a", 1),
    ];
    for (const outcome of await Promise.allSettled(attempts.map((attempt) => attempt()))) {
      const said = { code: "unreachable", hint: expect.stringContaining("nothing has to be restarted") };
      expect(outcome).toMatchObject({ status: "rejected", reason: said });
    }
    at.cable.mend();
    await at.append("two");
    expect(await at.texts()).toEqual(["one", "two"]);
    expect(await at.store.events.lastSeq(at.conversation)).toBe(2);
  }, 20_000);

  test("and is back before the last try is waited for", async () => {
    await using at = await stage({ retries: 1000, retryDelayMs: 1, connectTimeoutMs: 10_000 });
    at.cable.cut();
    const waiting = [at.append("kept"), at.store.settings.set("ann", "a", 1)];
    at.cable.mend();
    await Promise.all(waiting);
    expect(await at.texts()).toEqual(["kept"]);
  });

  test("crashes and starts again with all that was answered", async () => {
    await using at = await stage({ retries: 1000, retryDelayMs: 5, connectTimeoutMs: 20_000 });
    await at.append("before");
    await server.kill();
    const waiting = at.append("after");
    await server.start();
    await waiting;
    expect(await at.texts()).toEqual(["before", "after"]);
  }, 30_000);
});

describe.skipIf(!canRunPostgres)("a commit", () => {
  test("whose answer is lost is not made again", async () => {
    await using at = await stage();
    const lost = at.cable.cutAt("COMMIT", "after");
    await at.append("a", "b");
    await lost;
    expect(await at.texts()).toEqual(["a", "b"]);
    await at.append("c");
    expect(await at.store.events.lastSeq(at.conversation)).toBe(3);
  });

  test("that never reached the server is made again, once", async () => {
    await using at = await stage();
    const lost = at.cable.cutAt("COMMIT", "before");
    await at.append("a", "b");
    await lost;
    expect(await at.texts()).toEqual(["a", "b"]);
    expect(await at.store.events.lastSeq(at.conversation)).toBe(2);
  });

  test("for which the server goes on waiting is ended there and made again", async () => {
    await using at = await stage();
    const lost = at.cable.hangAt("COMMIT");
    await at.append("a");
    await lost;
    expect(await at.texts()).toEqual(["a"]);
    expect(await at.store.events.lastSeq(at.conversation)).toBe(1);
  }, 20_000);

  test("of a run that began is found again: no second message, no conflict with itself", async () => {
    await using at = await stage();
    const { project_id } = (await at.store.conversations.get(at.conversation)) ?? { project_id: "" };
    const lost = at.cable.cutAt("COMMIT", "after");
    const { run } = await at.store.runs.start({
      conversation_id: at.conversation,
      project_id,
      user: "ann@example.com",
      engine: "claude",
      model: null,
      replica: "r",
      message: { role: "user", content: "Go", blocks: [] },
    });
    await lost;
    expect((await at.store.messages.page(at.conversation, { limit: 9 })).messages).toHaveLength(1);
    const ending = at.cable.cutAt("COMMIT", "after");
    expect(await at.store.runs.end(run.id, { status: "completed" })).toBe(true);
    await ending;
  });

  test("cut anywhere within its transaction is whole or not there", async () => {
    await using at = await stage();
    const wanted: string[] = [];
    for (const text of ["BEGIN", "last_seq", "INSERT"]) {
      for (const when of ["before", "after"] as const) {
        const lost = at.cable.cutAt(text, when);
        const word = `${text} ${when}`;
        await at.append(word, "!");
        // Statements that are prepared already go by a name of their own: then there is nothing to cut at.
        await Promise.race([lost, at.store.check()]);
        wanted.push(word, "!");
      }
    }
    expect(await at.texts()).toEqual(wanted);
    expect(await at.store.events.lastSeq(at.conversation)).toBe(wanted.length);
  });
});

test.skipIf(!canRunPostgres)(
  "a server that says nothing more is given up in time, and a new connection tried",
  async () => {
    await using at = await stage({ answerTimeoutMs: 1500, connectTimeoutMs: 10_000 });
    await at.append("one");
    at.cable.mute();
    await at.append("two");
    expect(await at.texts()).toEqual(["one", "two"]);
  },
  20_000,
);

test.skipIf(!canRunPostgres)("two who wait for each other both get through", async () => {
  await using at = await stage({ poolSize: 4 });
  const { project_id } = (await at.store.conversations.get(at.conversation)) ?? { project_id: "" };
  const work: Promise<unknown>[] = [];
  for (let round = 0; round < 10; round++) {
    const other = await at.store.conversations.create(project_id, "T", {});
    work.push(
      at.append("x"),
      at.store.conversations.remove(other.id),
      at.store.projects.update(project_id, { name: "n" }),
    );
    work.push(at.store.messages.add(at.conversation, { role: "user", content: "c", blocks: [] }));
  }
  await Promise.all(work);
  expect(await at.store.events.lastSeq(at.conversation)).toBe(10);
  expect(await at.store.conversations.get(at.conversation)).toMatchObject({ message_count: 10 });
});
