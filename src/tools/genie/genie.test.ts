// The genie toolset: the space's document, waiting for an answer, rows of its queries, and what goes wrong on the way.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, rowsOf, type Routes } from "../testing.ts";
import { loadTool } from "../toolsets.ts";
import { documentOf, summaryOf, withParts } from "./space-document.ts";

const api = "/api/2.0/genie/spaces";
const message = `${api}/s1/conversations/c1/messages/m1`;
const place = { space_id: "s1", conversation_id: "c1", message_id: "m1" };

describe("the document", () => {
  let count = 0;
  const ids = (): string => `${String(9 - count++)}`.padStart(32, "0");

  test("has tables sorted, ids, and lists sorted by them: the workspace refuses others", () => {
    count = 0;
    const made = withParts(
      { version: 2 },
      {
        tables: ["main.shop.orders", "main.shop.fruit", "main.shop.orders"],
        sample_questions: ["How many?", "Which?"],
        instructions: "Revenue is net.\nThe year begins in April.",
        example_queries: [{ question: "Total?", sql: "SELECT\n  1" }],
      },
      ids,
    );
    expect(made).toEqual({
      version: 2,
      data_sources: { tables: [{ identifier: "main.shop.fruit" }, { identifier: "main.shop.orders" }] },
      config: {
        sample_questions: [
          { id: "8".padStart(32, "0"), question: ["Which?"] },
          { id: "9".padStart(32, "0"), question: ["How many?"] },
        ],
      },
      instructions: {
        text_instructions: [{ id: "7".padStart(32, "0"), content: ["Revenue is net.\n", "The year begins in April."] }],
        example_question_sqls: [{ id: "6".padStart(32, "0"), question: ["Total?"], sql: ["SELECT\n", "  1"] }],
      },
    });
    expect(summaryOf(made)).toEqual({
      tables: ["main.shop.fruit", "main.shop.orders"],
      sample_questions: ["Which?", "How many?"],
      instructions: "Revenue is net.\nThe year begins in April.",
      example_queries: 1,
    });
  });

  test("keeps what is said of a table that stays, metric views, and every part that is not named", () => {
    const before = {
      version: 2,
      data_sources: {
        tables: [{ identifier: "a.b.c", description: ["kept"] }, { identifier: "a.b.gone" }],
        metric_views: [{ identifier: "a.b.view", description: ["measures"] }],
      },
      instructions: { join_specs: [{ id: "j" }] },
      benchmarks: { questions: [] },
    };
    expect(withParts(before, { tables: ["a.b.view", "a.b.new", "a.b.c"] })).toEqual({
      ...before,
      data_sources: {
        tables: [{ identifier: "a.b.c", description: ["kept"] }, { identifier: "a.b.new" }],
        metric_views: [{ identifier: "a.b.view", description: ["measures"] }],
      },
    });
    expect(withParts(before, { sample_questions: [] })).toEqual({ ...before, config: { sample_questions: [] } });
  });

  test.each(["not json", "[]", "{}", '"text"'])("is refused where it is none: %s", (text) => {
    expect(() => documentOf(text)).toThrow(/Genie space's definition/);
  });
});

const space = {
  space_id: "s1",
  title: "Shop",
  description: "made by hand",
  warehouse_id: "w1",
  etag: "e1",
  parent_path: "/Workspace/Users/me@example.com",
  serialized_space: JSON.stringify({ version: 2, data_sources: { tables: [{ identifier: "main.shop.fruit" }] } }),
};

describe("spaces", () => {
  test("are listed over all pages, an empty one among them", async () => {
    await using it = bench({
      [`GET ${api}`]: ({ search }) => {
        const token = new URLSearchParams(search).get("page_token");
        if (token === null) return { spaces: [space], next_page_token: "a" };
        return token === "a" ? { next_page_token: "b" } : { spaces: [{ space_id: "s2", title: "Other" }] };
      },
    });
    expect(rowsOf(await it.call("list_genie_spaces")).map(({ space_id }) => space_id)).toEqual(["s2", "s1"]);
  });

  test("tell their tables", async () => {
    await using it = bench({ [`GET ${api}/s1`]: () => space });
    const { data } = await it.call("get_genie_space", { space_id: "s1" });
    expect(data).toMatchObject({ tables: ["main.shop.fruit"], name: "Shop" });
    expect(data["definition"]).toBeUndefined();
    const whole = await it.call("get_genie_space", { space_id: "s1", include_serialized_space: true });
    expect(whole.data["definition"]).toBe(space.serialized_space);
  });

  test("of others say that their tables are not shown", async () => {
    const { serialized_space: _hidden, ...shown } = space;
    await using it = bench({ [`GET ${api}/s1`]: () => shown });
    expect((await it.call("get_genie_space", { space_id: "s1" })).data["hint"]).toContain("may edit");
    const error = await it.failure("update_genie_space", { space_id: "s1", tables: ["a.b.c"] });
    expect(String(error.code)).toBe("permission_denied");
    expect(it.sent(`PATCH ${api}/s1`)).toEqual([]);
  });

  test.each([
    ["an object", { version: 2, data_sources: { tables: [{ identifier: "a.b.c" }] } }],
    ["JSON text", '{"version":2,"data_sources":{"tables":[{"identifier":"a.b.c"}]}}'],
  ])("are imported from %s", async (_kind, definition) => {
    await using it = bench({ [`POST ${api}`]: () => space });
    const { data } = await it.call("create_genie_space", {
      title: "Copy",
      serialized_space: definition,
      warehouse_id: "w1",
    });
    expect(data).toMatchObject({ space_id: "s1", tables: ["a.b.c"] });
    expect(it.sent(`POST ${api}`)).toEqual([
      {
        title: "Copy",
        warehouse_id: "w1",
        serialized_space: '{"version":2,"data_sources":{"tables":[{"identifier":"a.b.c"}]}}',
      },
    ]);
  });

  test("without a table are not made", async () => {
    await using it = bench({});
    const error = await it.failure("create_genie_space", { name: "Empty", warehouse_id: "w1" });
    expect(error.message).toContain("needs tables");
    expect(it.server.received).toEqual([]);
  });

  test("are changed by the version that was read, and only where something is to change", async () => {
    await using it = bench({ [`GET ${api}/s1`]: () => space, [`PATCH ${api}/s1`]: () => space });
    await it.call("update_genie_space", { space_id: "s1", title: "New" });
    await it.call("update_genie_space", { space_id: "s1", description: "made by hand" });
    expect(it.sent(`PATCH ${api}/s1`)).toEqual([
      { title: "New", etag: "e1" },
      { description: "made by hand", etag: "e1" },
    ]);
  });

  test("ask before parts of them are replaced", async () => {
    await using it = bench({ [`GET ${api}/s1`]: () => space });
    const tool = await loadTool("update_genie_space");
    const input = tool?.input.parse({ space_id: "s1", tables: ["a.b.c"] });
    expect(String(await tool?.confirm?.(input, it.context))).toContain("“Shop”");
    expect(await tool?.confirm?.(tool.input.parse({ space_id: "s1", name: "x" }), it.context)).toBeUndefined();
    const gone = await loadTool("delete_genie_space");
    expect(String(await gone?.confirm?.(gone.input.parse({ space_id: "s1" }), it.context))).toContain("trash");
    expect(await gone?.targets?.(gone.input.parse({ space_id: "s1" }), it.context)).toEqual([
      { kind: "path", path: "/Workspace/Users/me@example.com" },
    ]);
  });
});

const columns = [{ name: "n", position: 0, type_name: "LONG", type_text: "BIGINT" }];
const statement = (rows: readonly (string | null)[][], more: object = {}) => ({
  statement_response: {
    statement_id: "st1",
    status: { state: "SUCCEEDED" },
    manifest: { schema: { columns }, total_row_count: rows.length, ...more },
    result: { chunk_index: 0, row_offset: 0, data_array: rows },
  },
});
const asked = { conversation_id: "c1", message: { message_id: "m1", conversation_id: "c1", status: "SUBMITTED" } };
const query = { attachment_id: "a1", query: { query: "SELECT n", title: "Count", statement_id: "st1" } };
const done = { message_id: "m1", conversation_id: "c1", status: "COMPLETED", attachments: [query] };
const result = `GET ${message}/attachments/a1/query-result`;

function asking(states: readonly object[], more: Routes = {}): Routes {
  let at = 0;
  return {
    [`POST ${api}/s1/start-conversation`]: () => asked,
    [`GET ${message}`]: () => ({ ...done, ...states[Math.min(at++, states.length - 1)] }),
    [result]: () => statement([["3"]]),
    ...more,
  };
}

describe("a question", () => {
  test("is followed to its answer, and tells on the way what Genie does", async () => {
    const states = ["FETCHING_METADATA", "ASKING_AI", "PENDING_WAREHOUSE", "EXECUTING_QUERY"].map((status) => ({
      status,
    }));
    const text = { text: { content: "There are three." } };
    await using it = bench(asking([...states, { attachments: [text, query] }]));
    const { data, text: said, failed } = await it.call("ask_genie", { space_id: "s1", question: "How many?" });
    expect(data).toMatchObject({
      ...place,
      status: "COMPLETED",
      answer: "There are three.",
      queries: [{ attachment_id: "a1", sql: "SELECT n", columns: ["n"], rows: [[3]], truncated: false }],
    });
    expect(failed).toBe(false);
    expect(said).toContain("SELECT n");
    expect(it.progress).toEqual([
      "Genie reads what is known of the tables",
      "Genie writes the query",
      "the query waits for the warehouse",
      "the query runs",
    ]);
    expect(it.sent(`POST ${api}/s1/start-conversation`)).toEqual([{ content: "How many?" }]);
  });

  test("in a conversation goes there; older answers name a message by id", async () => {
    await using it = bench({
      ...asking([{}]),
      [`POST ${api}/s1/conversations/c1/messages`]: () => ({ id: "m1", conversation_id: "c1", status: "SUBMITTED" }),
    });
    const args = { space_id: "s1", conversation_id: "c1", question: "And in May?", timeout_seconds: 20 };
    expect((await it.call("ask_genie", args)).data).toMatchObject({ message_id: "m1", status: "COMPLETED" });
    expect(it.sent(`POST ${api}/s1/start-conversation`)).toEqual([]);
  });

  test("that takes longer gives the ids to wait on with, and is not asked again", async () => {
    await using it = bench(asking([{ status: "ASKING_AI" }]));
    const { data, failed } = await it.call("ask_genie", { space_id: "s1", question: "?", wait_seconds: 5 });
    expect(data).toMatchObject({ ...place, status: "ASKING_AI", queries: [] });
    expect(String(data["hint"])).toContain("get_genie_answer");
    expect(failed).toBe(false);
    expect(it.sent(`POST ${api}/s1/start-conversation`)).toHaveLength(1);
  });

  test("whose query failed says why", async () => {
    const error = { type: "SQL_EXECUTION_EXCEPTION", error: "[DIVIDE_BY_ZERO] Division by zero." };
    await using it = bench(asking([{ status: "FAILED", error }]));
    const { data, failed } = await it.call("ask_genie", { space_id: "s1", question: "?" });
    expect(failed).toBe(true);
    expect(data).toMatchObject({
      error_code: error.type,
      error: error.error,
      queries: [{ sql: "SELECT n", rows: [] }],
    });
  });

  test("with several queries shows the rows of each", async () => {
    const other = { attachment_id: "a2", query: { query: "SELECT m", statement_id: "st2" } };
    const second = `GET ${message}/attachments/a2/query-result`;
    await using it = bench(asking([{ attachments: [query, other] }], { [second]: () => statement([["7"]]) }));
    const { data } = await it.call("ask_genie", { space_id: "s1", question: "?" });
    expect((data["queries"] as { rows: unknown }[]).map(({ rows }) => rows)).toEqual([[[3]], [[7]]]);
    const one = await it.call("get_genie_answer", { ...place, attachment_id: "a2" });
    expect((one.data["queries"] as { sql: string }[]).map(({ sql }) => sql)).toEqual(["SELECT m"]);
    const error = await it.failure("get_genie_answer", { ...place, attachment_id: "a3" });
    expect(String(error.code)).toBe("not_found");
  });

  test("whose answer is empty says so", async () => {
    await using it = bench(asking([{ attachments: [] }]));
    const { data } = await it.call("ask_genie", { space_id: "s1", question: "?" });
    expect(data["hint"]).toContain("without an answer");
  });

  test("that is taken back cancels the query that runs for it", async () => {
    const gone = new AbortController();
    await using it = bench(
      {
        ...asking([{ status: "EXECUTING_QUERY" }]),
        "POST /api/2.0/sql/statements/st1/cancel": () => ({}),
      },
      { signal: gone.signal, onSleep: () => gone.abort() },
    );
    const error = await it.failure("ask_genie", { space_id: "s1", question: "?" });
    expect(String(error.code)).toBe("interrupted");
    expect(it.sent("POST /api/2.0/sql/statements/st1/cancel")).toHaveLength(1);
  });

  test("to a space that is not there is an error, not an answer", async () => {
    await using it = bench({
      [`POST ${api}/s1/start-conversation`]: () =>
        refusal(404, "RESOURCE_DOES_NOT_EXIST", "Genie space s1 does not exist."),
    });
    const error = await it.failure("ask_genie", { space_id: "s1", question: "?" });
    expect(String(error.code)).toBe("not_found");
  });
});

describe("rows", () => {
  test("beyond the page are asked for by offset", async () => {
    const rows = Array.from({ length: 5 }, (_, at) => [String(at)]);
    await using it = bench(asking([{}], { [result]: () => statement(rows) }));
    const { data } = await it.call("ask_genie", { space_id: "s1", question: "?", max_rows: 2 });
    expect(data["queries"]).toMatchObject([{ returned: 2, total_rows: 5, truncated: true, next_offset: 2 }]);
    expect(String(data["hint"])).toContain("offset 2");
    const next = await it.call("get_genie_answer", { ...place, offset: 2, max_rows: 3 });
    expect(next.data["queries"]).toMatchObject([{ rows: [[2], [3], [4]], truncated: false }]);
  });

  test("that are no longer kept are made again", async () => {
    let ran = 0;
    await using it = bench(
      asking([{ status: "QUERY_RESULT_EXPIRED" }], {
        [`POST ${message}/attachments/a1/execute-query`]: () => {
          ran += 1;
          return { statement_response: { statement_id: "st2", status: { state: "PENDING" } } };
        },
        [result]: () => statement([[String(ran)]]),
      }),
    );
    const { data } = await it.call("get_genie_answer", place);
    expect(data["queries"]).toMatchObject([{ rows: [[1]] }]);
    expect(ran).toBe(1);
  });
});

test("feedback is sent in the API's words", async () => {
  await using it = bench({ [`POST ${message}/feedback`]: () => ({}) });
  await it.call("send_genie_feedback", { ...place, rating: "negative", comment: "net, not gross" });
  expect(it.sent(`POST ${message}/feedback`)).toEqual([{ rating: "NEGATIVE", comment: "net, not gross" }]);
});

test("conversations and their messages are listed", async () => {
  await using it = bench({
    [`GET ${api}/s1/conversations`]: () => ({
      conversations: [{ conversation_id: "c1", title: "How many?", created_timestamp: 1_790_000_000_000 }],
    }),
    [`GET ${api}/s1/conversations/c1/messages`]: () => ({ messages: [{ ...done, content: "How many?" }] }),
  });
  expect(rowsOf(await it.call("list_genie_conversations", { space_id: "s1" }))).toMatchObject([
    { conversation_id: "c1", title: "How many?" },
  ]);
  expect(rowsOf(await it.call("list_genie_messages", { space_id: "s1", conversation_id: "c1" }))).toMatchObject([
    { message_id: "m1", question: "How many?", status: "COMPLETED", sql: "SELECT n" },
  ]);
});
