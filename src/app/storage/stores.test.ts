// The same things are kept in the same way, whichever database keeps them.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ConversationSummary, Project } from "../contract/api.ts";
import type { AnyEvent, Operation } from "../contract/events.ts";
import type { NewMessage, NewRun, Store } from "./store.ts";
import { canRunPostgres, startPostgres, type TestPostgres } from "./testing-postgres.ts";
import { postgresBackend, sqliteBackend, type TestStore } from "./testing-stores.ts";

const usage = { input_tokens: 10, output_tokens: 20, cache_read_tokens: 3, cache_write_tokens: 4 };
const says = (content: string, more: Partial<NewMessage> = {}): NewMessage => ({
  role: "user",
  content,
  blocks: [{ type: "text", text: content }],
  ...more,
});
const delta = (text: string): AnyEvent => ({ type: "text_delta", text });

let server: TestPostgres;
beforeAll(async () => {
  if (canRunPostgres) server = await startPostgres();
}, 60_000);
afterAll(async () => {
  if (canRunPostgres) await server[Symbol.asyncDispose]();
});

const backends = [sqliteBackend, ...(canRunPostgres ? [postgresBackend(() => server)] : [])];

describe.each(backends)("$name", (backend) => {
  let opened: TestStore;
  let store: Store;
  beforeAll(async () => {
    opened = await backend.open();
    store = opened.store;
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  const project = (owner = "ann@example.com"): Promise<Project> => store.projects.create(owner, "Sales");
  const talk = async (): Promise<ConversationSummary> => {
    const { id } = await project();
    return await store.conversations.create(id, "About sales", {});
  };
  const begin = (conversation: ConversationSummary, more: Partial<NewRun> = {}): ReturnType<Store["runs"]["start"]> =>
    store.runs.start({
      conversation_id: conversation.id,
      project_id: conversation.project_id,
      user: "ann@example.com",
      engine: "claude",
      model: "m-1",
      replica: "r1",
      message: says("Go"),
      ...more,
    });

  test("answers, and says what it is", async () => {
    await store.check();
    expect(store.kind as string).toBe(backend.name);
  });

  describe("projects", () => {
    test("are made, changed, listed and taken away with all that is theirs", async () => {
      const made = await project("Own@Example.com");
      expect(made).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: "Sales",
        user_email: "own@example.com",
        role: "owner",
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        updated_at: made.created_at,
        conversation_count: 0,
        instructions: "",
      });
      await store.projects.update(made.id, { name: "Näme", instructions: "Be brief." });
      await store.projects.update(made.id, {});
      const { id: conversation } = await store.conversations.create(made.id, "T", {});
      const { run } = await begin({ ...(await talk()), id: conversation, project_id: made.id });
      await store.events.append([{ conversation_id: conversation, run_id: run.id, event: delta("x") }]);
      expect(await store.projects.access(made.id, "OWN@example.com")).toMatchObject({
        name: "Näme",
        instructions: "Be brief.",
        conversation_count: 1,
      });
      await store.projects.remove(made.id);
      expect(await store.projects.access(made.id, "own@example.com")).toBeUndefined();
      expect(await store.conversations.get(conversation)).toBeUndefined();
      expect(await store.runs.get(run.id)).toBeUndefined();
      expect(await store.events.ofRun(run.id)).toEqual([]);
    });

    test("show themselves to their owner and to those they are shared with, and to nobody else", async () => {
      const { id } = await project("share@example.com");
      expect(await store.projects.access(id, "bob@example.com")).toBeUndefined();
      await store.projects.share(id, "Bob@Example.com", "view");
      await store.projects.share(id, "cy@example.com", "work");
      expect(await store.projects.access(id, "bob@example.com")).toMatchObject({ role: "view" });
      await store.projects.share(id, "bob@example.com", "work");
      expect(await store.projects.shares(id)).toEqual([
        { user: "bob@example.com", role: "work" },
        { user: "cy@example.com", role: "work" },
      ]);
      expect((await store.projects.list("BOB@example.com")).map((one) => [one.id, one.role])).toEqual([[id, "work"]]);
      await store.projects.unshare(id, "BOB@example.com");
      expect(await store.projects.list("bob@example.com")).toEqual([]);
      expect(await store.projects.access(id, "")).toBeUndefined();
      expect(await store.projects.access("nowhere", "share@example.com")).toBeUndefined();
      await store.projects.share("nowhere", "bob@example.com", "view");
      expect(await store.projects.shares("nowhere")).toEqual([]);
    });

    test("come with the last one that something happened in first", async () => {
      const user = "order@example.com";
      const first = await project(user);
      const second = await project(user);
      const { id } = await store.conversations.create(first.id, "T", {});
      await store.messages.add(id, says("x"));
      const order = async (): Promise<string[]> => (await store.projects.list(user)).map((one) => one.id);
      expect((await order()).toSorted()).toEqual([first.id, second.id].toSorted());
      const [newest] = await store.projects.list(user);
      expect(newest?.updated_at.localeCompare(second.updated_at)).toBeGreaterThanOrEqual(0);
    });

    test("keep their enabled skills: all, some or none", async () => {
      const { id } = await project();
      expect(await store.projects.enabledSkills(id)).toBeNull();
      await store.projects.setEnabledSkills(id, ["a", "b"]);
      expect(await store.projects.enabledSkills(id)).toEqual(["a", "b"]);
      await store.projects.setEnabledSkills(id, []);
      expect(await store.projects.enabledSkills(id)).toEqual([]);
      await store.projects.setEnabledSkills(id, null);
      expect(await store.projects.enabledSkills(id)).toBeNull();
    });

    test("count what their runs used, by day and model, those of messages taken back too", async () => {
      const conversation = await talk();
      for (const [model, cost] of [
        ["m-1", 0.25],
        ["m-1", 0.5],
        [null, undefined],
        // Nobody chose one, and the agent says which it took.
        [null, 0],
      ] as const) {
        const { run, message } = await begin(conversation, { model });
        const end = { status: "completed", ...(cost === undefined ? {} : { usage, total_cost_usd: cost }) } as const;
        await store.runs.end(run.id, cost === undefined ? end : { ...end, model: cost === 0 ? "m-2" : "m-3" });
        if (cost === 0.5) await store.messages.truncate(conversation.id, message.position);
      }
      const rows = await store.projects.usage(conversation.project_id);
      const day = conversation.created_at.slice(0, 10);
      const twice = { input_tokens: 20, output_tokens: 40, cache_read_tokens: 6, cache_write_tokens: 8 };
      const none = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
      expect(rows).toHaveLength(3);
      expect(rows).toContainEqual({ day, model: "m-2", runs: 1, usage, total_cost_usd: 0 });
      expect(rows).toContainEqual({ day, model: "m-1", runs: 2, usage: twice, total_cost_usd: 0.75 });
      expect(rows).toContainEqual({ day, model: null, runs: 1, usage: none, total_cost_usd: 0 });
    });
  });

  describe("search", () => {
    test("finds all words in titles and messages, in any case, and takes signs for what they are", async () => {
      const { id } = await project();
      const one = await store.conversations.create(id, "Über REVENUE", {});
      const two = await store.conversations.create(id, "Other", {});
      const message = await store.messages.add(two.id, says(`${"pad ".repeat(100)}The ÜBER revenue is 100%_sure!`));
      const foreign = await talk();
      await store.messages.add(foreign.id, says("über revenue 100%_sure!"));
      const find = async (words: string, limit = 10) =>
        (await store.projects.search(id, words, limit)).map((hit) => [hit.conversation_id, hit.message_id]);
      expect(await find("revenue über")).toEqual([
        [one.id, null],
        [two.id, message.id],
      ]);
      expect(await find("REVENUE", 1)).toEqual([[one.id, null]]);
      expect(await find("100%_SURE!")).toEqual([[two.id, message.id]]);
      for (const none of ["0%s", "100_", "\\", "'", "revenue absent", "", "  ", "\0"])
        expect(await find(none)).toEqual([]);
      const [, hit] = await store.projects.search(id, "über", 10);
      expect(hit?.excerpt).toContain("ÜBER revenue is 100%_sure!");
      expect(hit?.excerpt).toStartWith("…");
      expect(hit?.excerpt.length).toBeLessThan(250);
      expect((await store.projects.search(id, "x".repeat(5000), 1e9)).length).toBe(0);
    });
  });

  describe("conversations", () => {
    test("are made with what was chosen, changed one choice at a time, and listed pinned ones first", async () => {
      const { id } = await project();
      const context = { cluster_id: "c-1", engine: "claude", permission_mode: "plan", model: null } as const;
      const made = await store.conversations.create(id, "T", context);
      expect(made).toEqual({
        id: expect.any(String),
        project_id: id,
        title: "T",
        pinned: false,
        created_at: expect.any(String),
        updated_at: made.created_at,
        message_count: 0,
        session_id: null,
        active_run_id: null,
        waiting: false,
        cluster_id: "c-1",
        warehouse_id: null,
        default_catalog: null,
        default_schema: null,
        workspace_folder: null,
        model: null,
        engine: "claude",
        permission_mode: "plan",
        permission_by: null,
        mlflow_experiment_name: null,
        target_profile: null,
      });
      await store.conversations.update(made.id, { warehouse_id: "w", cluster_id: null, session_id: "s", pinned: true });
      await store.conversations.update(made.id, { title: "New" });
      await store.conversations.update(made.id, {});
      const changed = {
        title: "New",
        warehouse_id: "w",
        cluster_id: null,
        session_id: "s",
        pinned: true,
        engine: "claude",
      };
      expect(await store.conversations.get(made.id)).toMatchObject(changed);
      const other = await store.conversations.create(id, "Later", {});
      expect((await store.conversations.list(id)).map((one) => one.id)).toEqual([made.id, other.id]);
      await store.conversations.update(made.id, { session_id: null });
      expect(await store.conversations.get(made.id)).toMatchObject({ session_id: null });
      await store.conversations.remove(made.id);
      expect((await store.conversations.list(id)).map((one) => one.id)).toEqual([other.id]);
    });

    test("of a project that is not there cannot be made", async () => {
      await expect(store.conversations.create("nowhere", "T", {})).rejects.toMatchObject({ code: "not_found" });
    });

    test("say what runs and what waits for a person", async () => {
      const conversation = await talk();
      const { run } = await begin(conversation);
      const place = { conversation_id: conversation.id, run_id: run.id };
      await store.approvals.add({ ...place, id: crypto.randomUUID(), tool_name: "t", tool_input: {} });
      const now = { active_run_id: run.id, waiting: true, message_count: 1 };
      expect(await store.conversations.get(conversation.id)).toMatchObject(now);
      await store.approvals.closeRun(run.id);
      await store.runs.end(run.id, { status: "cancelled" });
      const then = { active_run_id: null, waiting: false };
      expect(await store.conversations.get(conversation.id)).toMatchObject(then);
    });
  });

  describe("messages", () => {
    test("come back as they were, a page at a time, in their order", async () => {
      const { id } = await talk();
      const facts = { status: "completed", duration_ms: 12, total_cost_usd: 0.1, usage, model: "m" } as const;
      const whole = says("Answer", { role: "assistant", is_error: true, run_id: "r", ...facts });
      for (let at = 0; at < 5; at++) await store.messages.add(id, says(`m${at}`));
      const added = await store.messages.add(id, whole);
      expect(added).toEqual({
        ...facts,
        id: expect.any(String),
        conversation_id: id,
        role: "assistant",
        content: "Answer",
        blocks: whole.blocks,
        position: 6,
        timestamp: expect.stringMatching(/Z$/),
        is_error: true,
        run_id: "r",
      });
      expect(await store.messages.get(added.id)).toEqual(added);
      expect(await store.messages.get("nowhere")).toBeUndefined();
      const last = await store.messages.page(id, { limit: 4 });
      expect(last.messages.map(({ content }) => content)).toEqual(["m2", "m3", "m4", "Answer"]);
      expect(last.has_more).toBe(true);
      const first = await store.messages.page(id, { before: last.messages[0]?.position ?? 0, limit: 4 });
      expect([first.messages.map(({ content }) => content), first.has_more]).toEqual([["m0", "m1"], false]);
    });

    test("lose nothing but what no database takes: NUL and half signs", async () => {
      const { id } = await talk();
      const odd = "a\0b \ud800 ä€😀 \\u0000 ' \" ; -- \r\n\t";
      const { id: message } = await store.messages.add(id, says(odd));
      const read = await store.messages.get(message);
      expect(read?.content).toBe("a\uFFFDb \uFFFD ä€😀 \\u0000 ' \" ; -- \r\n\t");
      expect(read?.blocks).toEqual([{ type: "text", text: odd }]);
      await store.conversations.update(id, { title: "x\0y" });
      expect(await store.conversations.get(id)).toMatchObject({ title: "x\uFFFDy" });
    });

    test("added by many at once have positions of their own, without a gap", async () => {
      const { id } = await talk();
      const other = await opened.another();
      const adding = Array.from({ length: 20 }, (_none, at) =>
        (at % 2 === 0 ? store : other).messages.add(id, says(String(at))),
      );
      const positions = (await Promise.all(adding)).map(({ position }) => position);
      expect(positions.toSorted((one, two) => one - two)).toEqual(Array.from({ length: 20 }, (_none, at) => at + 1));
    });

    test("that are taken back take the events of their runs along, and no number is given out twice", async () => {
      const conversation = await talk();
      const ids: string[] = [];
      for (const word of ["one", "two"]) {
        const { run } = await begin(conversation, { message: says(word) });
        ids.push(run.id);
        const place = { conversation_id: conversation.id, run_id: run.id };
        await store.events.append([
          { ...place, event: delta(word) },
          { ...place, event: delta("!") },
        ]);
        await store.messages.add(conversation.id, says(`${word}?`, { role: "assistant", run_id: run.id }));
        await store.runs.end(run.id, { status: "completed" });
      }
      await store.messages.truncate(conversation.id, 3);
      const page = await store.messages.page(conversation.id, { limit: 10 });
      expect(page.messages.map(({ content }) => content)).toEqual(["one", "one?"]);
      expect(await store.events.lastSeq(conversation.id)).toBe(4);
      expect(await store.events.ofRun(ids[1] ?? "")).toEqual([]);
      expect((await store.runs.recent(conversation.id, 5)).map(({ id }) => id)).toEqual(ids.slice(0, 1));
      expect(await store.events.after(conversation.id, 2, 10)).toEqual({ events: [], reset: true });
      expect(await store.events.after(conversation.id, 4, 10)).toEqual({ events: [], reset: false });
      expect((await store.messages.add(conversation.id, says("new"))).position).toBe(5);
      // A second time, with nothing of it left: nothing goes back.
      await store.messages.truncate(conversation.id, 3);
      expect(await store.events.after(conversation.id, 2, 10)).toEqual({ events: [], reset: true });
    });

    test("are not taken back under a run", async () => {
      const conversation = await talk();
      await begin(conversation);
      await expect(store.messages.truncate(conversation.id, 1)).rejects.toMatchObject({ code: "conflict" });
      expect((await store.messages.page(conversation.id, { limit: 5 })).messages).toHaveLength(1);
    });

    test("of a conversation that is not there are refused", async () => {
      await expect(store.messages.add("nowhere", says("x"))).rejects.toMatchObject({ code: "not_found" });
    });
  });

  describe("runs", () => {
    test("begin with their message, end once, and are read back whole", async () => {
      const conversation = await talk();
      const { run, message } = await begin(conversation);
      expect(message).toMatchObject({ content: "Go", position: 1, run_id: run.id });
      const begun = {
        id: run.id,
        conversation_id: conversation.id,
        project_id: conversation.project_id,
        user: "ann@example.com",
        engine: "claude",
        model: "m-1",
        status: "running",
        error: null,
        created_at: expect.any(String),
        ended_at: null,
        duration_ms: null,
        total_cost_usd: null,
        usage: null,
        before_seq: 0,
      } as const;
      expect(run).toEqual(begun);
      expect(await store.runs.get(run.id)).toEqual({ ...begun, replica: "r1", stop_requested: false });
      const error = { code: "io", message: "m", hint: "h" };
      const end = { status: "error", error, duration_ms: 1500.7, total_cost_usd: 0.125, usage } as const;
      expect(await store.runs.end(run.id, end)).toBe(true);
      expect(await store.runs.end(run.id, { status: "completed" })).toBe(false);
      const [ended] = await store.runs.recent(conversation.id, 5);
      expect(ended).toMatchObject({ ...end, duration_ms: 1501, ended_at: expect.any(String) });
    });

    test("are one at a time in a conversation, whoever begins them", async () => {
      const conversation = await talk();
      const other = await opened.another();
      const request = {
        conversation_id: conversation.id,
        project_id: conversation.project_id,
        user: "ann@example.com",
        engine: "claude",
        model: null,
        message: says("Go"),
      } as const;
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_none, at) =>
          (at % 2 === 0 ? store : other).runs.start({ ...request, replica: `r${at % 2}` }),
        ),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
      }
      // Those that were refused left no message behind.
      expect((await store.messages.page(conversation.id, { limit: 50 })).messages).toHaveLength(1);
    });

    test("of a conversation in another project, or in none, are refused", async () => {
      const conversation = await talk();
      const { id } = await project();
      await expect(begin({ ...conversation, project_id: id })).rejects.toMatchObject({ code: "not_found" });
      await expect(begin({ ...conversation, id: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
      expect(await store.messages.page(conversation.id, { limit: 5 })).toEqual({ messages: [], has_more: false });
    });

    test("can replace messages: those go, the session with them, and the run begins, at once or not at all", async () => {
      const conversation = await talk();
      const { run } = await begin(conversation);
      await expect(begin(conversation, { replaces_position: 1 })).rejects.toMatchObject({ code: "conflict" });
      await store.runs.end(run.id, { status: "completed" });
      await store.conversations.update(conversation.id, { session_id: "s" });
      const { message } = await begin(conversation, { replaces_position: 1, message: says("Again") });
      const { messages } = await store.messages.page(conversation.id, { limit: 5 });
      expect(messages).toEqual([message]);
      expect(await store.conversations.get(conversation.id)).toMatchObject({ session_id: null, message_count: 1 });
    });

    test("hear that they are to stop, and are found when their replica is silent", async () => {
      const conversation = await talk();
      const { run } = await begin(conversation, { replica: "mine" });
      expect(await store.runs.beat("mine")).toEqual([]);
      await store.runs.requestStop(run.id);
      expect(await store.runs.beat("mine")).toEqual([run.id]);
      expect(await store.runs.beat("yours")).toEqual([]);
      expect(await store.runs.get(run.id)).toMatchObject({ stop_requested: true });
      const orphans = async (replica: string, silentMs: number): Promise<string[]> =>
        (await store.runs.orphans(replica, silentMs)).filter(({ id }) => id === run.id).map(({ id }) => id);
      expect(await orphans("yours", 60_000)).toEqual([]);
      expect(await orphans("mine", 60_000)).toEqual([run.id]);
      expect(await orphans("yours", 0)).toEqual([run.id]);
      await store.runs.end(run.id, { status: "interrupted" });
      expect(await orphans("mine", 0)).toEqual([]);
      await store.runs.requestStop(run.id);
      expect(await store.runs.beat("mine")).toEqual([]);
    });
  });

  describe("events", () => {
    const append = async (conversationId: string, runId: string, words: readonly string[], at: Store = store) =>
      await at.events.append(
        words.map((word) => ({ conversation_id: conversationId, run_id: runId, event: delta(word) })),
      );

    test("are numbered within their conversation and read back as they were stored", async () => {
      const [one, two] = [await talk(), await talk()];
      const words = [
        { conversation_id: one.id, run_id: "r1", event: delta("a\0b\ud800") },
        { conversation_id: two.id, run_id: "r2", event: delta("c") },
        { conversation_id: one.id, run_id: "r1", event: { type: "cancelled" } },
      ] as const;
      const stored = await store.events.append(words);
      expect(stored.map(({ conversation_id, seq }) => [conversation_id, seq])).toEqual([
        [one.id, 1],
        [two.id, 1],
        [one.id, 2],
      ]);
      const kept = await store.events.after(one.id, 0, 10);
      expect(kept).toEqual({ events: stored.filter((event) => event.conversation_id === one.id), reset: false });
      expect((await store.events.after(one.id, 0, 1)).events).toEqual(kept.events.slice(0, 1));
      expect((await store.events.after(one.id, 1, 10)).events).toEqual(kept.events.slice(1));
      expect(await store.events.ofRun("r1", { afterSeq: 1 })).toEqual(kept.events.slice(1));
      expect(await store.events.ofRun("r1", { limit: 1 })).toEqual(kept.events.slice(0, 1));
      expect(await store.events.lastSeq(one.id)).toBe(2);
      expect(await store.events.lastSeq("nowhere")).toBe(0);
      expect(await store.events.append([])).toEqual([]);
    });

    test("of two replicas at once have no gap and no number twice, and a reader never misses one", async () => {
      const conversations = [await talk(), await talk(), await talk()];
      const other = await opened.another();
      const work = Array.from({ length: 16 }, (_none, at) =>
        (at % 2 === 0 ? store : other).events.append(
          // In the two orders that would have two transactions wait for each other.
          (at % 2 === 0 ? conversations : conversations.toReversed()).flatMap(({ id }) =>
            Array.from({ length: 7 }, () => ({ conversation_id: id, run_id: "r", event: delta(String(at)) })),
          ),
        ),
      );
      const first = conversations[0]?.id ?? "";
      const seen: number[] = [];
      const all = Promise.all(work);
      while (seen.length < 112) {
        const { events } = await other.events.after(first, seen.at(-1) ?? 0, 50);
        seen.push(...events.map(({ seq }) => seq));
      }
      const stored = (await all).flat();
      const wanted = Array.from({ length: 112 }, (_none, at) => at + 1);
      expect(seen).toEqual(wanted);
      for (const { id } of conversations) {
        const seqs = stored.filter(({ conversation_id }) => conversation_id === id).map(({ seq }) => seq);
        expect(seqs.toSorted((one, two) => one - two)).toEqual(wanted);
      }
    });

    test("come in any number at once", async () => {
      const { id } = await talk();
      for (const count of [1, 3, 256, 700]) {
        const before = await store.events.lastSeq(id);
        await append(
          id,
          `run-${count}`,
          Array.from({ length: count }, (_none, at) => String(at)),
        );
        const kept = await store.events.ofRun(`run-${count}`);
        expect(kept.map((event) => event.type === "text_delta" && event.text)).toEqual(
          Array.from({ length: count }, (_none, at) => String(at)),
        );
        expect(kept.map(({ seq }) => seq - before)).toEqual(Array.from({ length: count }, (_none, at) => at + 1));
      }
    });

    test("of a conversation that was taken away are dropped, and the others kept", async () => {
      const [one, two] = [await talk(), await talk()];
      await append(one.id, "gone", ["x"]);
      await store.conversations.remove(one.id);
      const stored = await store.events.append([
        { conversation_id: one.id, run_id: "gone", event: delta("y") },
        { conversation_id: two.id, run_id: "there", event: delta("z") },
      ]);
      expect(stored.map(({ run_id }) => run_id)).toEqual(["there"]);
      expect(await store.events.ofRun("gone")).toEqual([]);
    });

    test("of runs that ended long ago are forgotten, which a late reader is told", async () => {
      const conversation = await talk();
      const { run } = await begin(conversation);
      await append(conversation.id, run.id, ["a", "b"]);
      await store.runs.end(run.id, { status: "completed" });
      const next = await begin(conversation);
      await append(conversation.id, next.run.id, ["c"]);
      await store.events.prune(Date.parse(conversation.created_at) - 1);
      expect((await store.events.after(conversation.id, 0, 10)).events).toHaveLength(3);
      await store.events.prune(Date.now() + 1000);
      await store.events.prune(Date.now() + 1000);
      const late = await store.events.after(conversation.id, 1, 10);
      expect([late.events.map(({ seq }) => seq), late.reset]).toEqual([[3], true]);
      expect((await store.events.after(conversation.id, 2, 10)).reset).toBe(false);
      expect(await store.events.lastSeq(conversation.id)).toBe(3);
      expect((await store.messages.page(conversation.id, { limit: 5 })).messages).toHaveLength(2);
    });
  });

  describe("approvals", () => {
    test("wait, are decided once, and are remembered for the conversation", async () => {
      const conversation = await talk();
      const place = { conversation_id: conversation.id, run_id: "run" };
      const ask = (tool: string) => ({ id: crypto.randomUUID(), tool_name: tool, tool_input: { a: "\0" }, title: "T" });
      const [one, two, three] = [ask("x"), ask("y"), ask("z")];
      for (const approval of [one, two, three]) await store.approvals.add({ ...approval, ...place });
      await store.approvals.add({ ...one, ...place });
      const pending = await store.approvals.pending(conversation.id);
      expect(pending.toSorted((a, b) => a.tool_name.localeCompare(b.tool_name))).toEqual([one, two, three]);
      const deciding = ["ann", "bob"].map((by) => store.approvals.decide(one.id, "allow_conversation", by));
      expect((await Promise.all(deciding)).toSorted()).toEqual([false, true]);
      expect(await store.approvals.decide(two.id, "allow_once", "ann")).toBe(true);
      expect(await store.approvals.decide("nowhere", "deny", "ann")).toBe(false);
      expect(await store.approvals.get(one.id)).toEqual({ ...one, ...place, decision: "allow_conversation" });
      expect(await store.approvals.get("nowhere")).toBeUndefined();
      const allowed = await Promise.all(["ann", "bob"].map((by) => store.approvals.allowed(conversation.id, by)));
      expect(allowed.toSorted()).toEqual([[], ["x"]]);
      await store.approvals.closeRun("run");
      expect(await store.approvals.get(three.id)).toMatchObject({ decision: "deny" });
      expect(await store.approvals.get(two.id)).toMatchObject({ decision: "allow_once" });
      expect(await store.approvals.pending(conversation.id)).toEqual([]);
    });
  });

  describe("operations", () => {
    const operation = (conversationId: string): Operation => ({
      id: crypto.randomUUID(),
      conversation_id: conversationId,
      run_id: "r",
      tool_name: "t",
      status: "running",
      started_at: "2026-01-01T00:00:00.000Z",
    });

    test("are put, put again, listed and cancelled", async () => {
      const { id, project_id } = await talk();
      const one = operation(id);
      await store.operations.put({ ...one, project_id, user: "ann" });
      await store.operations.requestCancel(one.id);
      const done = { ...one, status: "completed", result: "ok\0", ended_at: "2026-01-01T00:00:01.000Z" } as const;
      await store.operations.put({ ...done, project_id, user: "ann" });
      const kept = { ...done, project_id, user: "ann", cancel_requested: true };
      expect(await store.operations.get(one.id)).toEqual(kept);
      expect(await store.operations.get("nowhere")).toBeUndefined();
      expect(await store.operations.list(id)).toEqual([done]);
      const many = Array.from({ length: 250 }, () => crypto.randomUUID());
      expect(await store.operations.cancelled([...many, one.id])).toEqual([one.id]);
      expect(await store.operations.cancelled([])).toEqual([]);
    });

    test("that nobody has put for long are lost, save one's own", async () => {
      const { id, project_id } = await talk();
      const [mine, theirs, ended] = [operation(id), operation(id), { ...operation(id), status: "failed" } as const];
      for (const one of [mine, theirs, ended]) await store.operations.put({ ...one, project_id, user: "ann" });
      expect(await store.operations.lose(60_000, [])).toEqual([]);
      const lost = await store.operations.lose(0, [mine.id]);
      expect(lost.filter(({ conversation_id }) => conversation_id === id)).toEqual([
        { ...theirs, status: "lost", ended_at: expect.any(String) },
      ]);
      expect(await store.operations.get(theirs.id)).toMatchObject({ status: "lost" });
      expect(await store.operations.get(mine.id)).toMatchObject({ status: "running" });
    });
  });

  describe("settings", () => {
    test("are any JSON, of a person or of the app", async () => {
      const { get, set, remove } = store.settings;
      expect(await get("ann", "theme")).toBeUndefined();
      for (const value of ["dark", null, false, 0, { a: [1, "\0"] }]) {
        await set("Ann", "theme", value);
        expect(await get("ann", "theme")).toEqual(value);
      }
      await set("", "theme", "app");
      expect(await get("", "theme")).toBe("app");
      await remove("ann", "theme");
      expect([await get("ann", "theme"), await get("", "theme")]).toEqual([undefined, "app"]);
    });
  });

  test("what is longer than it may be is refused in words", async () => {
    const { id, project_id } = await talk();
    const long = "x".repeat(10_000);
    const wrong = [
      () => store.projects.create("ann", long),
      () => store.projects.create(long, "n"),
      () => store.projects.create("ann", " "),
      () => store.projects.update(project_id, { name: long }),
      () => store.projects.share(project_id, long, "view"),
      () => store.conversations.create(project_id, long, {}),
      () => store.conversations.create(project_id, "T", { cluster_id: long }),
      () => store.conversations.update(id, { title: "" }),
      () => store.conversations.update(id, { session_id: long }),
      () => store.settings.set("ann", long, 1),
    ];
    for (const attempt of wrong) {
      const thrown = await attempt().then(String, (reason: unknown) => reason);
      expect(thrown).toMatchObject({ code: "invalid_input", hint: expect.any(String) });
      expect(String(thrown)).not.toContain("xxxx");
    }
    const huge = { type: "text", text: "x".repeat(33 * 1024 * 1024) } as const;
    await expect(store.events.append([{ conversation_id: id, run_id: "r", event: huge }])).rejects.toMatchObject({
      code: "too_large",
    });
    for (const odd of ["\0", "'; DROP TABLE projects; --", long, "../..", "%"]) {
      expect(await store.conversations.get(odd)).toBeUndefined();
      expect(await store.projects.access(odd, odd)).toBeUndefined();
    }
  });
});
