// Every declared route: that it answers as its schema says, and whom it lets in, over the line between people.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RouteName } from "../contract/routes.ts";
import { routes } from "./table.ts";
import { startTestApp, userOf, type Ask, type Asked, type TestApp } from "./testing-app.ts";
import { makeThings, requestOf, samples, type Need, type Sample, type Things } from "./testing-routes.ts";

let app: TestApp;
let owner: Ask;
let viewer: Ask;
let worker: Ask;
let stranger: Ask;
let things: Things;

beforeAll(async () => {
  app = await startTestApp("apps");
  owner = userOf(app, app.emulator.world.owner.userName);
  viewer = userOf(app, "viewer@example.com");
  worker = userOf(app, "worker@example.com");
  stranger = userOf(app, "stranger@example.com");
  things = await sharedThings();
});

afterAll(async () => {
  await app.dispose();
});

async function sharedThings(): Promise<Things> {
  const made = await makeThings(app, owner);
  const shares = `/api/projects/${made.project_id}/shares`;
  await owner(`PUT ${shares}/VIEWER@example.com`, { body: { role: "view" } });
  await owner(`PUT ${shares}/worker@example.com`, { body: { role: "work" } });
  return made;
}

const named = (): readonly (readonly [RouteName, Sample])[] => Object.entries(samples(things)) as [RouteName, Sample][];

const codeOf = ({ json }: Asked): unknown => (json["error"] as { code?: unknown } | undefined)?.code;

function answerTo(ask: Ask, name: RouteName, on: Things): Promise<Asked> {
  const sample = samples(on)[name];
  return ask(requestOf(name, sample, on), sample);
}

/** What each of these routes answers: those that take something away come last, on things of their own. */
async function answers(ask: Ask, needs: readonly Need[]): Promise<ReadonlyMap<RouteName, Asked>> {
  const all = new Map<RouteName, Asked>();
  const fitting = named().filter(([, { need }]) => needs.includes(need));
  for (const [name, { isLast }] of fitting) if (isLast !== true) all.set(name, await answerTo(ask, name, things));
  for (const [name, { isLast }] of fitting) {
    if (isLast === true) all.set(name, await answerTo(ask, name, await sharedThings()));
  }
  return all;
}

const statuses = (all: ReadonlyMap<RouteName, Asked>): Record<string, unknown> =>
  Object.fromEntries([...all].map(([name, { status, text }]) => [name, status === 200 ? status : `${status} ${text}`]));

const every = (all: ReadonlyMap<RouteName, unknown>, value: unknown): Record<string, unknown> =>
  Object.fromEntries([...all.keys()].map((name) => [name, value]));

const refusals = (all: ReadonlyMap<RouteName, Asked>): Record<string, unknown> =>
  Object.fromEntries([...all].map(([name, asked]) => [name, `${asked.status} ${String(codeOf(asked))}`]));

test("each declared route has one request here", () => {
  expect(
    named()
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(routes.map(({ name }) => name).toSorted());
});

describe("whoever owns the project", () => {
  test("gets what is declared, from every route", async () => {
    const all = await answers(owner, ["all", "view", "work", "owner", "beginner"]);
    expect(statuses(all)).toEqual(every(all, 200));
    for (const { name, answer } of routes) {
      const asked = all.get(name);
      const type = asked?.headers.get("content-type") ?? "";
      if (typeof answer === "string") {
        expect([name, /^(?:text|image|application\/(?:zip|octet-stream))/.test(type)]).toEqual([name, true]);
        continue;
      }
      expect([name, type]).toEqual([name, "application/json;charset=utf-8"]);
      expect([name, answer.parse(asked?.json)]).toEqual([name, asked?.json]);
    }
  }, 60_000);
});

describe("who is not signed in", () => {
  test("is let in nowhere but where one asks after its health", async () => {
    const nobody: Ask = (request, asking) => owner(request, { ...asking, headers: { "x-forwarded-access-token": "" } });
    const open: readonly string[] = ["GET /api/health", "GET /api/config/health"];
    for (const [name] of named()) {
      const asked = await answerTo(nobody, name, things);
      const isOpen = open.includes(name);
      expect([name, asked.status]).toEqual([name, isOpen ? 200 : 401]);
      if (!isOpen) expect(asked.json["detail"]).toContain("user authorization");
    }
  });
});

describe("who has nothing to do with the project", () => {
  test("finds none of it: the same answer as for what is not there", async () => {
    const nowhere: Things = {
      ...things,
      project_id: crypto.randomUUID(),
      conversation_id: crypto.randomUUID(),
      run_id: crypto.randomUUID(),
      approval_id: crypto.randomUUID(),
      operation_id: crypto.randomUUID(),
    };
    for (const [name, { need }] of named()) {
      if (need === "all") continue;
      const foreign = await answerTo(stranger, name, things);
      const missing = await answerTo(stranger, name, nowhere);
      expect([name, foreign.status, codeOf(foreign)]).toEqual([name, 404, "not_found"]);
      expect([name, foreign.text]).toEqual([name, missing.text]);
    }
    const list = await stranger("GET /api/projects");
    expect(list.text).not.toContain(things.project_id);
  });

  test("gets no further with ids that are none", async () => {
    const ids = ["../..", "../../etc", "%00", "x".repeat(2_000), "' OR 1=1 --", "😀", "__proto__", "constructor"];
    for (const [name, { need }] of named()) {
      if (need === "all" || !name.includes("{")) continue;
      for (const id of ids) {
        const broken = Object.fromEntries(Object.keys(things).map((key) => [key, id])) as unknown as Things;
        const { status } = await answerTo(owner, name, broken);
        expect([name, id, status]).toEqual([name, id, 404]);
      }
    }
  });
});

describe("with whom the project is shared", () => {
  test("to look at sees it, and changes nothing", async () => {
    const seen = await answers(viewer, ["view"]);
    expect(statuses(seen)).toEqual(every(seen, 200));
    const refused = await answers(viewer, ["work", "owner", "beginner"]);
    expect(refusals(refused)).toEqual(every(refused, "403 permission_denied"));
    expect((await owner(`GET /api/projects/${things.project_id}`)).json).toMatchObject({ role: "owner" });
  }, 60_000);

  test("to work in does all but what is the owner's, and says no yes in his name", async () => {
    const done = await answers(worker, ["view", "work"]);
    expect(statuses(done)).toEqual(every(done, 200));
    const refused = await answers(worker, ["owner", "beginner"]);
    expect(refusals(refused)).toEqual(every(refused, "403 permission_denied"));
    const fresh = await sharedThings();
    const denied = await worker(`POST /api/approvals/${fresh.approval_id}`, { body: { decision: "deny" } });
    expect([denied.status, denied.text]).toEqual([200, '{"success":true}']);
  }, 60_000);

  test("leaves it by himself, and it is gone for him", async () => {
    const { project_id: id } = await sharedThings();
    const left = await worker(`DELETE /api/projects/${id}/shares/worker@example.com`);
    expect([left.status, left.text]).toEqual([200, "[]"]);
    expect((await worker(`GET /api/projects/${id}`)).status).toBe(404);
    expect((await viewer(`DELETE /api/projects/${id}/shares/worker@example.com`)).status).toBe(403);
  });
});
