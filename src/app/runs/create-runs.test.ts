import { describe, expect, test } from "bun:test";
import { access, stat, writeFile } from "node:fs/promises";
import { systemClock } from "../../platform/clock.ts";
import type { AgentEvent } from "../contract/events.ts";
import type { Tracer } from "../tracing/tracer.ts";
import { answering, clientOf, done, stage, until, type Stage } from "./testing-runs.ts";

const types = (events: readonly { readonly type: string }[]): string[] => events.map(({ type }) => type);

async function messagesOf(app: Stage, conversationId: string) {
  return (await app.store.messages.page(conversationId, { limit: 100 })).messages;
}

/** Says something, then nothing until it is stopped. */
async function* waiting(signal: AbortSignal, ...before: AgentEvent[]): AsyncGenerator<AgentEvent> {
  yield* before;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  yield { type: "error", code: "interrupted", message: "The run was stopped" };
}

const refusal = async (work: Promise<unknown>): Promise<unknown> => await work.catch((thrown: unknown) => thrown);

describe("a run", () => {
  test("is told from its first event to its last, and becomes a message", async () => {
    await using app = await stage();
    const project = await app.project();
    const started = await app.send({ project_id: project.id, message: "How many rows has the table of customers?" });
    const events = await app.toEnd(started.conversation_id);
    expect(types(events)).toEqual([
      "conversation.created",
      "run.started",
      "conversation.titled",
      "system",
      "text_delta",
      "text",
      "result",
      "stream.completed",
    ]);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(events[2]).toMatchObject({ title: "How many rows has the table of…" });
    const messages = await messagesOf(app, started.conversation_id);
    expect(messages).toMatchObject([
      { role: "user", content: "How many rows has the table of customers?", id: started.message_id },
      {
        role: "assistant",
        content: "Hello.",
        blocks: [{ type: "text", text: "Hello." }],
        status: "completed",
        total_cost_usd: 0.5,
        duration_ms: 12,
        model: "model-of-the-agent",
        run_id: started.execution_id,
      },
    ]);
    expect(events.at(-1)).toMatchObject({ status: "completed", is_error: false, message_id: messages[1]?.id });
    expect(await app.store.conversations.get(started.conversation_id)).toMatchObject({
      session_id: "session-1",
      active_run_id: null,
    });
    expect(await app.store.runs.get(started.execution_id)).toMatchObject({ status: "completed", total_cost_usd: 0.5 });
  });

  test("gives the agent the project's folder, a folder of the user and a private one that is gone afterwards", async () => {
    await using app = await stage();
    const project = await app.project();
    const modes: number[] = [];
    app.engine.script = async function* (request) {
      modes.push((await stat(request.runFolder)).mode & 0o777);
      await access(request.folder);
      yield* answering();
    };
    const { conversation_id } = await app.send({ project_id: project.id, model: "m-1", permission_mode: "plan" });
    await app.toEnd(conversation_id);
    const [request] = app.engine.requests;
    expect(modes).toEqual([0o700]);
    expect(await refusal(stat(request?.runFolder ?? ""))).toBeInstanceOf(Error);
    expect(request?.stateFolder).toMatch(/\/users\/[0-9a-f]{32}\/claude$/);
    expect(request).toMatchObject({ model: "m-1", permissionMode: "plan", shell: "sandboxed", sessionId: null });
    expect(request?.allowedTools).toContain("mcp__databricks__list_jobs");
    expect(request?.allowedTools).not.toContain("mcp__databricks__delete_job");
    expect(request?.permissionTool).toBe("mcp__app__approve");
  });

  test("is refused for an empty or endless message, and without an agent, and nothing is stored", async () => {
    await using app = await stage();
    const project = await app.project();
    const projectId = { project_id: project.id };
    expect(await refusal(app.send({ ...projectId, message: " \n\0 " }))).toMatchObject({ code: "invalid_input" });
    expect(await refusal(app.send({ ...projectId, message: "x".repeat(200_001) }))).toMatchObject({
      code: "too_large",
    });
    app.engine.isInstalled = false;
    const missing = await refusal(app.send(projectId));
    expect(missing).toMatchObject({ code: "config_missing" });
    expect(Reflect.get(missing as object, "hint")).toContain("npm install -g scripted-agent");
    expect(await app.store.conversations.list(project.id)).toEqual([]);
  });

  test("is refused in a conversation of another project, and for another's message", async () => {
    await using app = await stage();
    const [one, other] = [await app.project(), await app.project()];
    const { conversation_id, message_id } = await app.send({ project_id: one.id });
    await app.toEnd(conversation_id);
    const elsewhere = app.send({ project_id: other.id, conversation_id });
    expect(await refusal(elsewhere)).toMatchObject({ code: "not_found" });
    const second = await app.store.conversations.create(one.id, "Other", {});
    const foreign = app.send({ project_id: one.id, conversation_id: second.id, replaces_message_id: message_id });
    expect(await refusal(foreign)).toMatchObject({ code: "not_found" });
    const [, answer] = await messagesOf(app, conversation_id);
    const agents = app.send({ project_id: one.id, conversation_id, replaces_message_id: answer?.id ?? "" });
    expect(await refusal(agents)).toMatchObject({ code: "invalid_input" });
    expect(await messagesOf(app, conversation_id)).toHaveLength(2);
  });

  test("is the only one of its conversation", async () => {
    await using app = await stage({ script: ({ signal }) => waiting(signal) });
    const { id } = await app.project();
    const conversation = await app.store.conversations.create(id, "Talk", {});
    const request = { project_id: id, conversation_id: conversation.id };
    const both = await Promise.allSettled([app.send(request), app.send(request)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await refusal(app.send(request))).toMatchObject({ code: "conflict" });
    expect(await messagesOf(app, conversation.id)).toHaveLength(1);
  });

  test("goes on beside others: twenty at once, each whole and in order", async () => {
    const texts = Array.from({ length: 200 }, (_none, at) => `${at} `);
    await using app = await stage({
      script: async function* ({ message }) {
        for (const text of texts) {
          yield { type: "text_delta", text };
          if (text.endsWith("7 ")) await Bun.sleep(1);
        }
        yield { type: "text", text: `${texts.join("")}${message}` };
        yield done();
      },
    });
    const { id } = await app.project();
    const started = await Promise.all(
      Array.from({ length: 20 }, (_none, at) => app.send({ project_id: id, message: `number ${at}` })),
    );
    const ends = await Promise.all(started.map(({ conversation_id }) => app.toEnd(conversation_id)));
    for (const [at, events] of ends.entries()) {
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, place) => place + 1));
      const said = events.map((event) => (event.type === "text_delta" ? event.text : "")).join("");
      expect(said).toBe(texts.join(""));
      expect(events.find(({ type }) => type === "text")).toMatchObject({ text: `${texts.join("")}number ${at}` });
    }
  });

  test("remembers what was chosen for it, and the next message takes it up", async () => {
    await using app = await stage();
    const { id } = await app.project();
    const first = await app.send({ project_id: id, warehouse_id: "w1", default_catalog: "main", model: "m-1" });
    await app.toEnd(first.conversation_id);
    const conversation_id = first.conversation_id;
    const second = await app.send({ project_id: id, conversation_id, warehouse_id: "w2", model: null });
    await app.toEnd(conversation_id, 8);
    expect(second.conversation_id).toBe(conversation_id);
    expect(await app.store.conversations.get(conversation_id)).toMatchObject({
      warehouse_id: "w2",
      default_catalog: "main",
      model: null,
    });
    expect(app.engine.requests.map(({ model }) => model)).toEqual(["m-1", null]);
    expect(app.engine.requests[1]?.systemPrompt).toContain("w2");
    expect(app.engine.requests[1]?.systemPrompt).toContain("main");
  });
});

describe("where the models come from", () => {
  const ann = "ann@example.com";

  test("is our proxy by the run's own address, the person's key, or the agent's own sign-in", async () => {
    await using app = await stage();
    const { id } = await app.project();
    const send = async () => app.toEnd((await app.send({ project_id: id })).conversation_id);
    await send();
    await app.store.settings.set(ann, "settings", { model_source: "anthropic" });
    expect(await refusal(app.send({ project_id: id }))).toMatchObject({ code: "config_missing" });
    await app.store.settings.set(ann, "anthropic_key", "sk-ant-of-ann");
    await send();
    await app.store.settings.set(ann, "settings", { model_source: "login" });
    await send();
    const [proxy, key, login] = app.engine.requests.map(({ models }) => models);
    expect(proxy?.kind === "proxy" && proxy.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p\/127\.0\.0\.1@[\w-]{32}$/);
    expect(key?.kind === "anthropic" && key.key.reveal()).toBe("sk-ant-of-ann");
    expect(login).toEqual({ kind: "login" });
    // Bob has no key, and uses the workspace.
    const bobs = await app.project("bob@example.com");
    await app.toEnd((await app.send({ project_id: bobs.id }, "bob@example.com")).conversation_id);
    expect(app.engine.requests[3]?.models.kind).toBe("proxy");
  });

  test("is nobody's own sign-in on a shared server", async () => {
    await using app = await stage({ parts: { isShared: true } });
    const { id } = await app.project();
    await app.store.settings.set(ann, "settings", { model_source: "login" });
    expect(await refusal(app.send({ project_id: id }))).toMatchObject({ code: "unsupported" });
  });

  test("is chosen by the message, the conversation, the person, then the app", async () => {
    const defaults = { model: "of-the-app", permission_mode: "accept_edits" } as const;
    await using app = await stage({ parts: { defaults } });
    const { id } = await app.project();
    const first = await app.send({ project_id: id });
    await app.toEnd(first.conversation_id);
    await app.store.settings.set(ann, "settings", { default_model: "of-ann", default_permission_mode: "plan" });
    const { conversation_id } = first;
    for (const more of [{}, { model: "of-the-message" }, {}]) {
      const afterSeq = await app.store.events.lastSeq(conversation_id);
      await app.send({ project_id: id, conversation_id, ...more });
      await app.toEnd(conversation_id, afterSeq);
    }
    expect(app.engine.requests.map(({ model, permissionMode }) => `${model} ${permissionMode}`)).toEqual([
      "of-the-app accept_edits",
      "of-ann plan",
      "of-the-message plan",
      "of-the-message plan",
    ]);
    const odd = app.send({ project_id: id, engine: "codex" });
    expect(await refusal(odd)).toMatchObject({ code: "invalid_input" });
  });
});

describe("a title", () => {
  const titled = (events: readonly { readonly type: string }[]) =>
    events.filter(({ type }) => type === "conversation.titled");

  test("is given to a conversation that has none, once, and to none that has one", async () => {
    await using app = await stage();
    const { id } = await app.project();
    const [unnamed, named] = await Promise.all(
      ["New Conversation", "My own"].map((title) => app.store.conversations.create(id, title, {})),
    );
    for (const conversation of [unnamed, named]) {
      const conversation_id = conversation?.id ?? "";
      await app.send({ project_id: id, conversation_id, message: "Count the rows" });
      const events = await app.toEnd(conversation_id);
      await app.send({ project_id: id, conversation_id, message: "And now the columns" });
      const more = await app.toEnd(conversation_id, events.length);
      expect(titled(more)).toEqual([]);
      expect(titled(events).map((event) => Reflect.get(event, "title"))).toEqual(
        conversation === unnamed ? ["Count the rows"] : [],
      );
      const title = (await app.store.conversations.get(conversation_id))?.title;
      expect(title).toBe(conversation === unnamed ? "Count the rows" : "My own");
    }
  });
});

describe("what the agent remembers", () => {
  const writing: Parameters<typeof stage>[0] = {
    script: async function* ({ transcript, message }) {
      await writeFile(transcript, "{}\n");
      yield* answering(`You said: ${message}`);
    },
  };

  test("is its own transcript where it is there", async () => {
    await using app = await stage(writing);
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id, message: "One" });
    await app.toEnd(conversation_id);
    await app.send({ project_id: id, conversation_id, message: "Two" });
    await app.toEnd(conversation_id, 8);
    expect(app.engine.requests[1]).toMatchObject({ sessionId: "session-1", message: "Two" });
  });

  test("is nothing of what was taken back, and what was said before in words", async () => {
    await using app = await stage(writing);
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id, message: "The secret word is pear" });
    await app.toEnd(conversation_id);
    const second = await app.send({ project_id: id, conversation_id, message: "The secret word is plum" });
    await app.toEnd(conversation_id, 8);
    const last = await app.store.events.lastSeq(conversation_id);
    await app.send({ project_id: id, conversation_id, message: "What is it?", replaces_message_id: second.message_id });
    await app.toEnd(conversation_id, last);
    const request = app.engine.requests[2];
    expect(request?.sessionId).toBeNull();
    expect(request?.message).toContain("pear");
    expect(request?.message).not.toContain("plum");
    expect(request?.message).toEndWith("What is it?");
    const contents = (await messagesOf(app, conversation_id)).map(({ content }) => content);
    expect(contents).toHaveLength(4);
    // What is stored is what the person wrote.
    expect(contents[2]).toBe("What is it?");
    expect(contents.join()).not.toContain("plum");
  });

  test("begins anew in words where the transcript is gone", async () => {
    await using app = await stage();
    const { id } = await app.project();
    const { conversation_id } = await app.send({ project_id: id, message: "Remember pear" });
    await app.toEnd(conversation_id);
    await app.send({ project_id: id, conversation_id, message: "And now?" });
    await app.toEnd(conversation_id, 8);
    expect(app.engine.requests[1]?.sessionId).toBeNull();
    expect(app.engine.requests[1]?.message).toContain("Person: Remember pear");
    expect(app.engine.requests[1]?.message).toContain("You: Hello.");
  });
});

describe("stop", () => {
  const half: AgentEvent[] = [
    { type: "system", subtype: "init", session_id: "s-9" },
    { type: "text_delta", text: "Half of " },
  ];

  test("keeps the message, and what was said", async () => {
    await using app = await stage({ script: ({ signal }) => waiting(signal, ...half) });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id, message: "Go" });
    await until(async () => (await app.store.events.lastSeq(conversation_id)) >= 5);
    expect(await app.runs.stop(execution_id)).toBe(true);
    const events = await app.toEnd(conversation_id);
    expect(types(events).slice(-2)).toEqual(["cancelled", "stream.completed"]);
    expect(types(events)).not.toContain("error");
    expect(events.at(-1)).toMatchObject({ status: "cancelled", is_cancelled: true, is_error: false });
    expect(await messagesOf(app, conversation_id)).toMatchObject([
      { content: "Go" },
      { content: "Half of", blocks: [{ type: "text", text: "Half of " }], status: "cancelled", is_error: false },
    ]);
    expect(await app.store.conversations.get(conversation_id)).toMatchObject({ session_id: "s-9" });
    expect(await app.runs.stop(execution_id)).toBe(false);
    const again = await app.send({ project_id: id, conversation_id });
    expect(await app.runs.stop(again.execution_id)).toBe(true);
  });

  test("comes through before the agent is there", async () => {
    await using app = await stage();
    const opened = Promise.withResolvers<void>();
    const { open } = app.projects;
    const slow = { ...app.projects, open: async (id: string) => (await opened.promise, await open(id)) };
    const runs = await app.another({ projects: slow });
    const { id } = await app.project();
    const { execution_id, conversation_id } = await runs.start(app.caller(), { project_id: id, message: "Go" });
    const stopping = runs.stop(execution_id);
    opened.resolve();
    expect(await stopping).toBe(true);
    expect(app.engine.requests).toEqual([]);
    expect((await messagesOf(app, conversation_id)).map(({ role }) => role)).toEqual(["user"]);
    expect(await app.store.runs.get(execution_id)).toMatchObject({ status: "cancelled" });
  });

  test("does not wait for an agent that does not end", async () => {
    const naps: PromiseWithResolvers<void>[] = [];
    const clock = {
      now: systemClock.now,
      sleep: async (ms: number, signal?: AbortSignal) => {
        if (ms !== 6_000) return await systemClock.sleep(ms, signal);
        const nap = Promise.withResolvers<void>();
        naps.push(nap);
        signal?.addEventListener("abort", () => nap.resolve());
        await nap.promise;
      },
    };
    await using app = await stage({
      deps: { clock },
      script: async function* () {
        yield* half;
        await new Promise(() => undefined);
      },
    });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id, message: "Go" });
    await until(async () => (await app.store.events.lastSeq(conversation_id)) >= 5);
    const stopping = app.runs.stop(execution_id);
    (await until(() => naps.at(-1))).resolve();
    expect(await stopping).toBe(true);
    expect((await messagesOf(app, conversation_id))[1]).toMatchObject({ content: "Half of", status: "cancelled" });
  });

  test("of what is not there says so", async () => {
    await using app = await stage();
    expect(await refusal(app.runs.stop(crypto.randomUUID()))).toMatchObject({ code: "not_found" });
  });
});

describe("a trace", () => {
  test("gets what the agent says and how it ended, without what the app says, and costs no run when it fails", async () => {
    const told: string[] = [];
    const status = () => ({ enabled: true, tracking_uri: null, experiment_name: null, info: "" });
    const tracer: Tracer = {
      status,
      begin: ({ message }) => ({
        event: ({ type }) => {
          told.push(type);
          if (message === "break") throw new Error("the trace broke");
        },
        end: async (how) => void told.push(how),
      }),
    };
    await using app = await stage({ parts: { tracer } });
    const { id } = await app.project();
    await app.toEnd((await app.send({ project_id: id })).conversation_id);
    expect(told).toEqual(["system", "text_delta", "text", "result", "completed"]);
    const { conversation_id } = await app.send({ project_id: id, message: "break" });
    expect((await app.toEnd(conversation_id)).at(-1)).toMatchObject({ status: "completed" });
    const runs = await app.another({
      tracer: {
        status,
        begin: () => {
          throw new Error("no trace");
        },
      },
    });
    const started = await runs.start(app.caller(), { project_id: id, message: "Hello" });
    await until(async () => (await app.store.runs.get(started.execution_id))?.status === "completed");
  });
});

describe("a question that is open when the run is stopped", () => {
  test("stands as refused in the message", async () => {
    await using app = await stage({
      script: async function* (request) {
        yield { type: "tool_use", tool_id: "t1", tool_name: "Bash", tool_input: {} };
        const client = await clientOf(request, "app");
        const question = { tool_name: "Bash", input: {}, tool_use_id: "t1" };
        await client.callTool({ name: "approve", arguments: question }).finally(() => client.close());
      },
    });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id });
    await until(async () => (await app.store.approvals.pending(conversation_id)).length > 0);
    await app.runs.stop(execution_id);
    const [, answer] = await messagesOf(app, conversation_id);
    expect(answer?.blocks[0]).toMatchObject({ approval: { decision: "deny", by: "the end of the run" } });
  });
});

describe("an agent that fails", () => {
  const failing = async (script: () => AsyncIterable<AgentEvent>) => {
    await using app = await stage({ script });
    const { id } = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: id });
    const events = await app.toEnd(conversation_id);
    return { events, messages: await messagesOf(app, conversation_id), run: await app.store.runs.get(execution_id) };
  };

  test("by throwing leaves what it said, and why it ended", async () => {
    const { events, messages, run } = await failing(async function* () {
      yield { type: "text_delta", text: "So far" };
      throw new Error("it broke");
    });
    expect(types(events).slice(-2)).toEqual(["error", "stream.completed"]);
    expect(events.at(-1)).toMatchObject({ status: "error", is_error: true });
    expect(messages[1]).toMatchObject({ content: "So far", is_error: true, status: "error" });
    expect(messages[1]?.blocks.map(({ type }) => type)).toEqual(["text", "error"]);
    expect(run).toMatchObject({ status: "error", error: { code: "internal" } });
  });

  test("by its own error is told once", async () => {
    const { events, run } = await failing(async function* () {
      yield { type: "error", code: "token_rejected", message: "The key was refused", hint: "Sign in" };
    });
    expect(types(events).filter((type) => type === "error")).toHaveLength(1);
    expect(run).toMatchObject({ error: { code: "token_rejected", hint: "Sign in" } });
  });

  test("by ending without a word is an error, too", async () => {
    const { messages } = await failing(async function* () {});
    expect(messages[1]).toMatchObject({ is_error: true, content: "Error: The agent ended without an answer" });
  });

  test("by a million words is stored in few events, whole", async () => {
    const { events, messages } = await failing(async function* () {
      for (let at = 0; at < 1_000_000; at++) yield { type: "text_delta", text: "ab" };
      yield done();
    });
    expect(events.length).toBeLessThan(2_000);
    expect(messages[1]?.content).toHaveLength(2_000_000);
  }, 60_000);
});
