// Prompts: which are there, what they say with which tools, what comes with them, and wrong arguments.
import { describe, expect, test } from "bun:test";
import { catalog } from "../../tools/catalog.ts";
import { selectTools } from "../../tools/selection.ts";
import { refusal } from "../../workspace/testing.ts";
import { kindsOn } from "../resources/kinds.ts";
import { errorOf, request, stage, stranger } from "../testing-offers.ts";
import { getPrompt } from "./get.ts";
import { allPrompts, listPrompts } from "./prompts.ts";

const filled: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  explore_table: { table: "main.sales.orders" },
  job_from_notebook: { notebook_path: "~/etl" },
  diagnose_run: { run_id: "7" },
  profile_costs: {},
  review_sql: { sql: "SELECT 1" },
};

async function textOf(name: string, args = filled[name] ?? {}, wish = {}): Promise<string> {
  await using place = stranger(wish);
  const { messages } = await getPrompt(place.around, { name, arguments: args }, request);
  const [first] = messages;
  return first?.content.type === "text" ? first.content.text : "";
}

describe("every prompt", () => {
  const names = allPrompts.map(({ name }) => name);

  test("needs tools that there are", () => {
    const known = new Set(catalog.map(({ name }) => name));
    expect(allPrompts.flatMap(({ needs }) => needs).filter((name) => !known.has(name))).toEqual([]);
  });

  test.each(names)("%s speaks of tools under the names that are listed", async (name) => {
    const text = await textOf(name, filled[name], { naming: "databricks" });
    const spoken = catalog.map((entry) => entry.name).filter((tool) => new RegExp(`(?<!_)\\b${tool}\\b`).test(text));
    expect(spoken).toEqual([]);
    expect(text).toContain("databricks_");
  });

  test.each(names)("%s names no tool that is off", async (name) => {
    const needs = allPrompts.find((one) => one.name === name)?.needs ?? [];
    const text = await textOf(name, filled[name], { tools: needs });
    const spoken = catalog.map((entry) => entry.name).filter((tool) => new RegExp(`\\b${tool}\\b`).test(text));
    expect(spoken.filter((tool) => !needs.includes(tool))).toEqual([]);
    // Its steps are numbered without a gap all the same.
    const steps = [...text.matchAll(/^(\d+)\. /gm)].map(([, at]) => Number(at));
    expect(steps).toEqual(steps.map((_step, at) => at + 1));
    expect(steps.length).toBeGreaterThanOrEqual(4);
  });
});

test("under the names of older servers there are none: they speak of tools that are not listed", async () => {
  expect(listPrompts(selectTools({ naming: "ai-dev-kit" }))).toEqual([]);
  await using place = stranger({ naming: "ai-dev-kit" });
  const asked = getPrompt(place.around, { name: "review_sql", arguments: { sql: "SELECT 1" } }, request);
  expect((await errorOf(asked)).message).toContain("--names ai-dev-kit does not list");
});

test("with reading alone those that change something are not there", async () => {
  const names = (wish: object) => listPrompts(selectTools(wish)).map(({ name }) => name);
  expect(names({})).toEqual(allPrompts.map(({ name }) => name));
  expect(names({ readOnly: true })).toEqual(["explore_table", "diagnose_run", "profile_costs", "review_sql"]);
  expect(names({ toolsets: ["clusters"] })).toEqual([]);
  await using place = stage({}, { readOnly: true });
  const error = await errorOf(getPrompt(place.around, { name: "job_from_notebook", arguments: {} }, request));
  expect(error).toMatchObject({ code: -32_602, message: expect.stringContaining("create_job") });
});

test("what is attached can be read where the prompt is there", () => {
  for (const { needs, attach, name } of allPrompts) {
    const kinds = kindsOn(selectTools({ tools: needs })).map((kind) => kind.name as string);
    for (const uri of attach?.(filled[name] ?? {}) ?? []) expect(kinds).toContain(new URL(uri).host);
  }
});

describe("what a prompt is about", () => {
  test("comes with it", async () => {
    await using place = stage({
      "GET /api/2.2/jobs/runs/get": () => ({
        run_id: 7,
        state: { life_cycle_state: "TERMINATED", result_state: "FAILED", state_message: "it broke" },
        tasks: [],
      }),
    });
    const { messages } = await getPrompt(place.around, { name: "diagnose_run", arguments: { run_id: "7" } }, request);
    expect(messages).toHaveLength(2);
    expect(messages[1]).toMatchObject({
      role: "user",
      content: {
        type: "resource",
        resource: { uri: "databricks://run/7", text: expect.stringContaining("it broke") },
      },
    });
  });

  test("may be missing where it cannot be read now", async () => {
    await using place = stranger();
    const { messages } = await getPrompt(place.around, { name: "diagnose_run", arguments: { run_id: "7" } }, request);
    expect(messages).toHaveLength(1);
  });

  test("is not waited for when the caller has gone", async () => {
    await using place = stage();
    const caller = new AbortController();
    const hanging = { open: () => new Promise<never>(() => undefined), forget: () => undefined };
    const params = { name: "diagnose_run", arguments: { run_id: "7" } };
    const getting = getPrompt({ ...place.around, source: hanging }, params, { signal: caller.signal });
    caller.abort();
    expect((await getting).messages).toHaveLength(1);
  });

  test("must be there: a wrong id is told at once", async () => {
    await using place = stage({
      "GET /api/2.2/jobs/runs/get": () => refusal(400, "INVALID_PARAMETER_VALUE", "Run 7 does not exist."),
    });
    const error = await errorOf(getPrompt(place.around, { name: "diagnose_run", arguments: { run_id: "7" } }, request));
    expect(error.code).toBe(-32_602);
    expect(error.message).toContain("Run 7 does not exist");
  });
});

describe("arguments", () => {
  const failing: readonly (readonly [string, string, Record<string, string>, string])[] = [
    ["a required one is missing", "explore_table", {}, "table is missing"],
    ["a required one is empty", "explore_table", { table: "  " }, "table is missing"],
    ["one is unknown", "explore_table", { tabel: "a.b.c" }, "Did you mean table?"],
    ["a table's name is none", "explore_table", { table: "orders" }, "catalog.schema.table"],
    ["the prompt is unknown", "explore_tabel", {}, "Did you mean explore_table?"],
  ];
  test.each(failing.map(([what, name, args, words]) => [what, name, args, words] as const))(
    "%s",
    async (_what, name, args, words) => {
      await using place = stage();
      const error = await errorOf(getPrompt(place.around, { name, arguments: args }, request));
      expect(error.code).toBe(-32_602);
      expect(error.message).toContain(words);
      expect(place.bench.server.received).toEqual([]);
    },
  );

  test("that are empty are as if not given", async () => {
    expect(await textOf("explore_table", { table: "a.b.c", question: "" })).toContain("three questions");
    expect(await textOf("explore_table", { table: "a.b.c", question: "why?" })).toContain("the answer to: why?");
  });

  test("become no statement: days are a number, SQL stays between its fences", async () => {
    expect(await textOf("profile_costs", { days: "7" })).toContain("date_sub(current_date(), 7)");
    expect(await textOf("profile_costs", { days: "7); DROP TABLE x" })).toContain("date_sub(current_date(), 30)");
    expect(await textOf("review_sql", { sql: "SELECT 1 -- ```\n" })).toContain("````sql\nSELECT 1 -- ```\n````");
  });
});
