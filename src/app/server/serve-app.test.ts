// The app end to end on one's own machine: let in, a project, a conversation, a run and its events.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Conversation, Project, StartedRun } from "../contract/api.ts";
import type { StoredEvent } from "../contract/events.ts";
import { serveApp } from "./serve-app.ts";
import { asker, good, ownerOf, startTestApp, type Ask, type TestApp } from "./testing-app.ts";

let app: TestApp;
let ask: Ask;
let project: Project;

beforeAll(async () => {
  app = await startTestApp("local");
  ask = ownerOf(app);
  project = await good(ask("POST /api/projects", { body: { name: "  Sales  " } }));
});

afterAll(async () => {
  await app.dispose();
});

/** Reads the stream until `isEnough`, and lets it go. */
async function events(
  path: string,
  isEnough: (all: readonly StoredEvent[]) => boolean,
  headers: Record<string, string> = {},
): Promise<readonly StoredEvent[]> {
  const gone = new AbortController();
  const response = await fetch(`${app.origin}${path}`, {
    headers: { authorization: `Bearer ${app.key}`, ...headers },
    signal: gone.signal,
    proxy: "",
  });
  const all: StoredEvent[] = [];
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    for (const block of whole) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const event = JSON.parse(data) as StoredEvent;
      expect(/^id: (\d+)$/m.exec(block)?.[1]).toBe(String(event.seq));
      all.push(event);
    }
    if (isEnough(all)) break;
  }
  gone.abort();
  return all;
}

const isOver = (all: readonly StoredEvent[]): boolean => all.some(({ type }) => type === "stream.completed");

const start = (message: string, more: object = {}): Promise<StartedRun> =>
  good(ask("POST /api/runs", { body: { project_id: project.id, message, ...more } }));

describe("a run", () => {
  test("streams what happens, numbered, and leaves both messages behind", async () => {
    expect(project.name).toBe("Sales");
    const { conversation_id: id } = await start("count the rows");
    const all = await events(`/api/conversations/${id}/events`, isOver);
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_event, index) => index + 1));
    const said = all.flatMap((event) => (event.type === "text_delta" ? [event.text] : [])).join("");
    expect(said).toBe("answer to count the rows");
    const conversation = await good<Conversation>(ask(`GET /api/conversations/${id}`));
    expect(conversation.messages.map(({ role, content }) => [role, content])).toEqual([
      ["user", "count the rows"],
      ["assistant", "answer to count the rows"],
    ]);
    expect(conversation.last_seq).toBeGreaterThanOrEqual(all.length);
    expect(conversation.active_run_id).toBeNull();
  });

  test("is gone on with from the last event that a reader had", async () => {
    const { conversation_id: id } = await start("again");
    const all = await events(`/api/conversations/${id}/events`, isOver);
    const [later] = await events(`/api/conversations/${id}/events?after=3`, (some) => some.length > 0);
    expect(later).toEqual(all[3] as StoredEvent);
    // What the browser had last counts, and not the address with which it began.
    const [last] = await events(`/api/conversations/${id}/events?after=1`, (some) => some.length > 0, {
      "last-event-id": "4",
    });
    expect(last).toEqual(all[4] as StoredEvent);
  });

  test("keeps another of its conversation out, and stops", async () => {
    const { execution_id: run, conversation_id: id } = await start("hold on");
    const refused = await ask("POST /api/runs", {
      body: { project_id: project.id, conversation_id: id, message: "b" },
    });
    expect([refused.status, (refused.json["error"] as { code: string }).code]).toEqual([409, "conflict"]);
    expect(await good<object>(ask(`POST /api/stop_stream/${run}`))).toMatchObject({ success: true });
    const all = await events(`/api/conversations/${id}/events`, isOver);
    expect(all).toContainEqual(expect.objectContaining({ type: "stream.completed", status: "cancelled" }));
    expect(await good<object>(ask(`POST /api/runs/${run}/stop`))).toMatchObject({ success: false });
    const { messages } = await good<Conversation>(ask(`GET /api/conversations/${id}`));
    expect(messages[0]?.content).toBe("hold on");
  });
});

describe("the older protocol", () => {
  const lines = (text: string): readonly Record<string, unknown>[] =>
    [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = ""]) => JSON.parse(data) as Record<string, unknown>);

  test("starts and streams in one request, to its end", async () => {
    const { text, headers } = await ask("POST /api/agent/invoke", {
      body: { project_id: project.id, message: "older" },
    });
    expect(headers.get("content-type")).toStartWith("text/event-stream");
    const all = lines(text);
    expect(all[0]).toMatchObject({ type: "conversation.created", conversation_id: expect.any(String) });
    expect(all.filter(({ type }) => type === "conversation.created")).toHaveLength(1);
    expect(all.map(({ type }) => type)).toContain("text_delta");
    expect(all.at(-1)).toMatchObject({ type: "stream.completed", is_error: false, is_cancelled: false });
    expect(text.trimEnd()).toEndWith("data: [DONE]");
    const cursors = all.map(({ _cursor: cursor }) => Number(cursor));
    expect(cursors).toEqual(cursors.toSorted((one, other) => one - other));
  });

  test("gives the rest of a run after the cursor, once each, also when it is over", async () => {
    const { execution_id: run } = await start("whole");
    const whole = await ask(`POST /api/stream_progress/${run}`, { body: {} });
    const all = lines(whole.text).filter(({ type }) => type !== "conversation.created");
    const at = Number(all[2]?.["_cursor"]);
    const rest = await ask(`POST /api/stream_progress/${run}`, { body: { last_event_timestamp: at } });
    const later = lines(rest.text);
    expect(later).toEqual(all.filter(({ _cursor: cursor }) => Number(cursor) > at));
    expect(rest.text.trimEnd()).toEndWith("data: [DONE]");
    // Clients of old begin with 0.
    const again = await ask(`POST /api/stream_progress/${run}`, { body: { last_event_timestamp: 0 } });
    expect(lines(again.text).map(({ _cursor: cursor }) => cursor)).toEqual(
      lines(whole.text).map(({ _cursor: cursor }) => cursor),
    );
  });
});

describe("a conversation", () => {
  test("is exported from its first message on, however long it is", async () => {
    const { conversation_id: id } = await start("the first one");
    await events(`/api/conversations/${id}/events`, isOver);
    const { text, headers } = await ask(`GET /api/conversations/${id}/export`);
    expect(headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename=".+\.md"/);
    expect(text.indexOf("the first one")).toBeGreaterThan(-1);
    expect(text.indexOf("answer to the first one")).toBeGreaterThan(text.indexOf("## You"));
  });
});

describe("an end and a beginning", () => {
  test("lose nothing: the message stays, the run is said to be interrupted, and the key is the same", async () => {
    const first = await startTestApp("local");
    const before = ownerOf(first);
    const made = await good<Project>(before("POST /api/projects", { body: { name: "Stays" } }));
    await good(before(`PUT /api/projects/${made.id}/files/content`, { body: { path: "a.txt", content: "a" } }));
    const body = { project_id: made.id, message: "hold until the end" };
    const { conversation_id: id } = await good<StartedRun>(before("POST /api/runs", { body }));
    const second = await first.restart();
    expect(second.key).toBe(first.key);
    const after = ownerOf(second);
    const conversation = await good<Conversation>(after(`GET /api/conversations/${id}`));
    expect(conversation.messages[0]).toMatchObject({ role: "user", content: "hold until the end" });
    expect(conversation.active_run_id).toBeNull();
    const { recent } = await good<{ recent: { status: string }[] }>(after(`GET /api/conversations/${id}/executions`));
    expect(recent.map(({ status }) => status)).toEqual(["interrupted"]);
    expect((await after(`GET /api/projects/${made.id}/files/content?path=a.txt`)).json["content"]).toBe("a");
    const next = { project_id: made.id, conversation_id: id, message: "go on" };
    expect((await after("POST /api/agent/invoke", { body: next })).text).toContain("answer to go on");
    await second.dispose();
  }, 20_000);

  test("cannot be two at once on the same data, nor on the same port", async () => {
    const port = Number(new URL(app.origin).port);
    await expect(startTestApp("local", { place: { mode: "local", address: "127.0.0.1", port } })).rejects.toThrow(
      `Port ${port} is taken by another program`,
    );
    const { deps } = app.world;
    const hasty = { ...deps, clock: { ...deps.clock, sleep: () => Promise.resolve() } };
    await expect(
      serveApp(hasty, { ...app.options, place: { mode: "local", address: "127.0.0.1", port: 0 } }),
    ).rejects.toThrow("The app is served already");
    expect((await ask("GET /api/health")).status).toBe(200);
  });

  test("of what was opened follows when the start is broken off", async () => {
    const { deps } = app.world;
    const given = new AbortController();
    given.abort(new Error("Ctrl-C"));
    const paths = { ...deps.paths, data: `${deps.paths.data}/other`, run: `${deps.paths.run}/other` };
    const options = { ...app.options, database: { database: `${deps.paths.data}/other.db` }, signal: given.signal };
    await expect(serveApp({ ...deps, paths }, options)).rejects.toThrow("Ctrl-C");
    const running = await serveApp({ ...deps, paths }, { ...options, signal: new AbortController().signal });
    await running.close();
  });
});

describe("without a sign-in", () => {
  test("it is said where the app was started, and on the page; a sign-in mends it at once", async () => {
    const { deps, home } = app.world;
    const said = Promise.withResolvers<string>();
    const config = `${home}/none.cfg`;
    const env = { ...deps.env, DATABRICKS_CONFIG_FILE: config };
    const paths = { ...deps.paths, data: `${deps.paths.data}/fresh`, run: `${deps.paths.run}/fresh` };
    const log = { ...deps.log, warn: said.resolve };
    const options = { ...app.options, database: { database: `${home}/fresh.db` } };
    const running = await serveApp({ ...deps, env, paths, log }, options);
    expect(await said.promise).toContain("mortar auth login");
    const url = new URL(running.url);
    const person = asker(url.origin, { authorization: `Bearer ${url.searchParams.get("key")}` });
    const lost = await person("GET /api/me");
    expect([lost.status, String(lost.json["detail"]).includes("mortar auth login")]).toEqual([424, true]);
    await Bun.write(config, `[DEFAULT]\nhost = ${app.emulator.host}\ntoken = ${app.emulator.token}\n`);
    expect((await person("GET /api/me")).status).toBe(200);
    await running.close();
  });
});
