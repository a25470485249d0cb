// Genie through the binary: a space from tables, questions whose SQL really runs, a copy, and the trash.
import { expect, setDefaultTimeout, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

setDefaultTimeout(60_000);

let spaceId: string;

const stage = toolStage(["--toolsets", "default,genie"], async (on) => {
  const rows = "SELECT id, concat('fruit ', id) AS name FROM range(5)";
  await on.done("execute_sql", { sql: `CREATE TABLE main.default.fruit AS ${rows}` });
});
const { done } = stage;

const examples = [
  { question: "How many fruits are there?", sql: "SELECT count(*) AS n\nFROM main.default.fruit" },
  { question: "Which fruits?", sql: "SELECT name FROM main.default.fruit ORDER BY id" },
  { question: "What is missing?", sql: "SELECT * FROM main.default.no_such_table" },
];

test("a space is made, listed and told", async () => {
  const made = await done("create_genie_space", {
    name: "Fruit",
    tables: ["main.default.fruit"],
    sample_questions: ["Which fruits?", "How many fruits are there?"],
    example_queries: examples,
    instructions: "A fruit is a row.",
  });
  spaceId = String(made["space_id"]);
  const listed = await done("list_genie_spaces", { name_filter: "fruit" });
  expect(JSON.stringify(listed["rows"])).toContain(spaceId);
  expect(await done("get_genie_space", { space_id: spaceId })).toMatchObject({
    tables: ["main.default.fruit"],
    instructions: "A fruit is a row.",
    example_queries: 3,
  });
});

test("a question runs its SQL; a follow-up stays in the conversation; the answer can be rated", async () => {
  const first = await done("ask_genie", { space_id: spaceId, question: "how many fruits are there" });
  expect(first["queries"]).toMatchObject([{ columns: ["n"], rows: [[5]] }]);
  const place = { space_id: spaceId, conversation_id: first["conversation_id"] };
  const next = await done("ask_genie", { ...place, question: "Which fruits?", max_rows: 2 });
  expect(next).toMatchObject({ conversation_id: first["conversation_id"] });
  expect(next["queries"]).toMatchObject([{ returned: 2, next_offset: 2, truncated: true }]);
  const message = { ...place, message_id: next["message_id"] };
  const rest = await done("get_genie_answer", { ...message, offset: 2 });
  expect(rest["queries"]).toMatchObject([{ rows: [["fruit 2"], ["fruit 3"], ["fruit 4"]] }]);
  await done("send_genie_feedback", { ...message, rating: "positive" });
  expect(await done("list_genie_conversations", { space_id: spaceId })).toMatchObject({ total_matched: 1 });
  expect(await done("list_genie_messages", place)).toMatchObject({ total_matched: 2 });
});

test("a query that fails is told with its reason; what is not known is answered by words", async () => {
  const failed = await stage.session.call("ask_genie", { space_id: spaceId, question: "What is missing?" });
  expect(failed.isError).toBe(true);
  expect(failed.text).toContain("TABLE_OR_VIEW_NOT_FOUND");
  const unknown = await done("ask_genie", { space_id: spaceId, question: "Why?" });
  expect(unknown).toMatchObject({ status: "COMPLETED", queries: [] });
  expect(unknown["suggested_questions"]).toContain("Which fruits?");
});

test("a space is copied by its definition, changed, and trashed", async () => {
  const { definition } = await done("get_genie_space", { space_id: spaceId, include_definition: true });
  const copy = await done("create_genie_space", { name: "Copy", definition: JSON.parse(String(definition)) });
  const copied = { space_id: copy["space_id"] };
  await done("update_genie_space", { ...copied, name: "Copy 2", sample_questions: ["Which?"] });
  expect(await done("get_genie_space", copied)).toMatchObject({
    name: "Copy 2",
    sample_questions: ["Which?"],
    example_queries: 3,
  });
  await done("delete_genie_space", copied);
  const gone = await stage.session.call("get_genie_space", copied);
  expect([gone.isError, gone.text]).toEqual([true, expect.stringContaining("does not exist")]);
});
