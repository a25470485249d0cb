// The app end to end on one's own machine: let in, a project, a conversation, a run and its events.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Conversation, Project, StartedRun } from "../contract/api.ts";
import type { StoredEvent } from "../contract/events.ts";
import { good, ownerOf, startTestApp, type Ask, type TestApp } from "./testing-app.ts";

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
