import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../platform/json.ts";
import type { Client } from "./client.ts";
import { appendLists, collect, pagesOf, pageSize } from "./pages.ts";
import { failureOf, inTurn, serve, workspaceAt } from "./testing.ts";

async function walk(replies: readonly object[], limit?: number) {
  await using server = serve(inTurn(...replies.map((reply) => () => reply)));
  const { client } = workspaceAt(server.host);
  const pages = pagesOf(client, (page_token) => ({ method: "GET", path: "/list", query: { page_token } }));
  const listing = await collect(pages, (page) => (Array.isArray(page["x"]) ? page["x"] : []), limit);
  return { ...listing, asked: server.received.map((request) => request.search) };
}

describe("a list in pages", () => {
  test("is followed to the end", async () => {
    const found = await walk([{ x: [1, 2], next_page_token: "a/b" }, { x: [3], next_page_token: "c" }, { x: [4] }]);
    expect(found).toEqual({ items: [1, 2, 3, 4], truncated: false, asked: ["", "?page_token=a%2Fb", "?page_token=c"] });
  });

  test("goes on through pages that are empty and name a next one", async () => {
    const found = await walk([{ next_page_token: "a" }, { x: [], next_page_token: "b" }, { x: [1] }]);
    expect(found.items).toEqual([1]);
    expect(found.asked.length).toBe(3);
  });

  test("ends at a token that is empty", async () => {
    expect((await walk([{ x: [1], next_page_token: "" }])).asked.length).toBe(1);
  });

  test.each([1, 2])("a token that comes again after %d pages is an error, not a loop", async (period) => {
    const tokens = Array.from({ length: period }, (_, index) => `t${index}`);
    let turn = 0;
    await using server = serve(() => ({ x: [1], next_page_token: tokens[turn++ % period] ?? "" }));
    const { client } = workspaceAt(server.host);
    const pages = pagesOf(client, () => ({ method: "GET", path: "/list" }));
    const error = await failureOf(collect(pages, () => []));
    expect(error.code).toBe("bad_response");
    expect(server.received.length).toBe(period + 1);
  });
});

test("a list that always names another page is left after 10,000 of them", async () => {
  let asked = 0;
  const client = { json: async () => ({ next_page_token: String(asked++) }) } as unknown as Client;
  const error = await failureOf(
    collect(
      pagesOf(client, () => ({ method: "GET", path: "/list" })),
      () => [],
    ),
  );
  expect(error.code).toBe("too_large");
  expect(error.hint).toContain("limit");
  expect(asked).toBe(10_000);
});

describe("a limit", () => {
  const replies = [{ x: [1, 2], next_page_token: "a" }, { x: [3, 4], next_page_token: "b" }, { x: [5] }];

  test("cuts the list, says so, and asks for no more pages than it needs", async () => {
    expect(await walk(replies, 3)).toMatchObject({ items: [1, 2, 3], truncated: true });
    expect((await walk(replies, 1)).asked.length).toBe(1);
  });

  test("at the edge of a page it looks at the next one before it says that there is more", async () => {
    expect(await walk(replies, 4)).toMatchObject({ items: [1, 2, 3, 4], truncated: true });
    const emptyTail = [{ x: [1, 2], next_page_token: "a" }, { next_page_token: "b" }, {}];
    expect(await walk(emptyTail, 2)).toMatchObject({ items: [1, 2], truncated: false });
  });

  test("that is not reached changes nothing", async () => {
    expect(await walk(replies, 5)).toMatchObject({ items: [1, 2, 3, 4, 5], truncated: false });
  });

  test.each([0, -1, 1.5, Number.NaN])("of %p is refused", async (limit) => {
    expect((await failureOf(walk(replies, limit))).code).toBe("invalid_input");
  });

  test("asks for one more than it needs, within what the API allows", () => {
    expect([pageSize(undefined, 100), pageSize(25, 100), pageSize(100, 100), pageSize(500, 24)]).toEqual([
      100, 26, 100, 24,
    ]);
  });
});

test("appendLists continues the named lists and keeps the first page's other fields", () => {
  const first: JsonObject = { name: "n", tasks: [{ a: 1 }], tags: [{ t: 1 }] };
  const second: JsonObject = { name: "m", tasks: [{ a: 2 }], tags: [{ t: 2 }], environments: [{ e: 1 }] };
  const joined = appendLists(first, second, ["tasks", "environments", "parameters"]);
  expect(joined).toEqual({ name: "n", tasks: [{ a: 1 }, { a: 2 }], tags: [{ t: 1 }], environments: [{ e: 1 }] });
  expect(appendLists(undefined, second, ["tasks"])).toBe(second);
});
