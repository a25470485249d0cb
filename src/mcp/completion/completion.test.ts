// Completion of arguments: folder by folder, part by part, by name, and never a failure for who types.
import { describe, expect, test } from "bun:test";
import { me, type Routes } from "../../tools/testing.ts";
import { errorOf, request, stage, stranger } from "../testing-offers.ts";
import { complete } from "./complete.ts";

const table = "databricks://table/{catalog}/{schema}/{table}";
const catalogs = "/api/2.1/unity-catalog";

const workspace: Routes = {
  ...me,
  "GET /api/2.0/workspace/list": ({ search }) => {
    const path = new URLSearchParams(search).get("path") ?? "";
    return {
      objects: [
        { path: `${path}/etl daily`, object_type: "NOTEBOOK", language: "PYTHON" },
        { path: `${path}/my etl`, object_type: "NOTEBOOK", language: "PYTHON" },
        { path: `${path}/exports`, object_type: "DIRECTORY" },
        { path: `${path}/data.csv`, object_type: "FILE" },
      ],
    };
  },
  [`GET ${catalogs}/catalogs`]: () => ({ catalogs: [{ name: "main" }, { name: "samples" }, { name: "my data" }] }),
  [`GET ${catalogs}/schemas`]: () => ({
    schemas: [{ name: "sales", catalog_name: "main", full_name: "main.sales" }],
  }),
  [`GET ${catalogs}/tables`]: () => ({
    tables: ["orders", "order items"].map((name) => ({
      name,
      catalog_name: "main",
      schema_name: "sales",
      full_name: `main.sales.${name}`,
    })),
  }),
  "GET /api/2.2/jobs/runs/list": () => ({
    runs: [
      { run_id: 123, run_name: "nightly" },
      { run_id: 145, run_name: "weekly" },
      { run_id: 99, run_name: "nightly 2" },
    ].map((run) => ({ ...run, state: { life_cycle_state: "RUNNING" } })),
  }),
  "GET /api/2.2/jobs/list": () => ({
    jobs: Array.from({ length: 100 }, (_one, at) => ({ job_id: 1_000 + at, settings: { name: `job ${at}` } })),
  }),
  "GET /api/2.0/lakeview/dashboards": () => ({ dashboards: [{ dashboard_id: "01ef", display_name: "Sales" }] }),
};

async function values(uri: string, name: string, value: string, given: Record<string, string> = {}) {
  await using place = stage(workspace);
  const ref = uri.includes("://")
    ? ({ type: "ref/resource", uri } as const)
    : ({ type: "ref/prompt", name: uri } as const);
  const params = { ref, argument: { name, value }, context: { arguments: given } };
  return (await complete(place.around, params, request)).values;
}

describe("a path", () => {
  const home = "/Workspace/Users/me@example.com/";

  test("begins with the roots there are", async () => {
    expect(await values("job_from_notebook", "notebook_path", "")).toContain("~/");
    expect(await values("job_from_notebook", "notebook_path", "sha")).toEqual(["/Workspace/Shared/"]);
  });

  test("goes on folder by folder, in the spelling that was begun: notebooks and folders, no files", async () => {
    expect(await values("job_from_notebook", "notebook_path", "~/")).toEqual(["~/etl daily", "~/my etl", "~/exports/"]);
    expect(await values("job_from_notebook", "notebook_path", `${home}E`)).toEqual([
      `${home}etl daily`,
      `${home}exports/`,
      `${home}my etl`,
    ]);
  });

  test("of an address has no first slash", async () => {
    const uri = "databricks://notebook/{+path}";
    expect(await values(uri, "path", "Workspace/Shared/my")).toEqual(["Workspace/Shared/my etl"]);
    expect(await values(uri, "path", "~/my")).toEqual(["~/my etl"]);
    expect(await values(uri, "path", "")).toContain("Workspace/Users/");
  });
});

describe("a table", () => {
  test("is found by the parts before it", async () => {
    expect(await values(table, "catalog", "ma")).toEqual(["main"]);
    expect(await values(table, "schema", "", { catalog: "main" })).toEqual(["sales"]);
    expect(await values(table, "table", "item", { catalog: "main", schema: "sales" })).toEqual(["order items"]);
  });

  test("has no proposals while the parts before it are missing", async () => {
    expect(await values(table, "schema", "")).toEqual([]);
    expect(await values(table, "table", "", { catalog: "main" })).toEqual([]);
  });

  test.each([
    ["", ["main.", "samples.", "`my data`."]],
    ["MA", ["main.", "samples."].slice(0, 1)],
    ["main.", ["main.sales."]],
    ["`my data`.s", ["`my data`.sales."]],
    ["main.sales.ord", ["main.sales.orders", "main.sales.`order items`"]],
    ["main.sales.`order i", ["main.sales.`order items`"]],
  ])("as a whole name after %p", async (typed, expected) => {
    expect(await values("explore_table", "table", typed)).toEqual(expected);
  });
});

describe("an id", () => {
  test("is found by its first digits, or by the name of what it is of", async () => {
    expect(await values("databricks://run/{run_id}", "run_id", "1")).toEqual(["123", "145"]);
    expect(await values("diagnose_run", "run_id", "NIGHT")).toEqual(["123", "99"]);
    expect(await values("databricks://dashboard/{dashboard_id}", "dashboard_id", "sal")).toEqual(["01ef"]);
  });

  test("comes at most a hundred times, the protocol's limit", async () => {
    expect(await values("databricks://job/{job_id}", "job_id", "")).toHaveLength(100);
  });
});

test("a skill and its files", async () => {
  const uri = "skill://{name}/{+file}";
  expect(await values(uri, "name", "databricks-job")).toEqual(["databricks-jobs"]);
  expect(await values(uri, "file", "", { name: "databricks-jobs" })).toEqual(["SKILL.md", "references/tasks.md"]);
});

test("an argument that nothing completes has no values", async () => {
  expect(await values("review_sql", "sql", "SEL")).toEqual([]);
});

test("typing on asks the workspace once", async () => {
  await using place = stage(workspace);
  for (const value of ["m", "ma", "mai"]) {
    const ref = { type: "ref/resource", uri: table } as const;
    await complete(place.around, { ref, argument: { name: "catalog", value } }, request);
  }
  expect(place.bench.server.received).toHaveLength(1);
});

test("a list that failed is asked for again", async () => {
  let asked = 0;
  await using place = stage({
    [`GET ${catalogs}/catalogs`]: () =>
      asked++ === 0
        ? Response.json({ error_code: "PERMISSION_DENIED" }, { status: 403 })
        : { catalogs: [{ name: "main" }] },
  });
  const ref = { type: "ref/resource", uri: table } as const;
  const params = { ref, argument: { name: "catalog", value: "" } };
  expect((await complete(place.around, params, request)).values).toEqual([]);
  expect((await complete(place.around, params, request)).values).toEqual(["main"]);
});

test("without a sign-in there are no values, and no error", async () => {
  await using place = stranger();
  const params = { ref: { type: "ref/resource", uri: table } as const, argument: { name: "catalog", value: "" } };
  expect(await complete(place.around, params, request)).toEqual({ values: [], total: 0, hasMore: false });
});

test("a sign-in that hangs holds nobody who has typed on", async () => {
  await using place = stage();
  const caller = new AbortController();
  const hanging = { open: () => new Promise<never>(() => undefined), forget: () => undefined };
  const params = { ref: { type: "ref/resource", uri: table } as const, argument: { name: "catalog", value: "" } };
  const completing = complete({ ...place.around, source: hanging }, params, { signal: caller.signal });
  caller.abort();
  expect((await completing).values).toEqual([]);
});

describe("what cannot be completed is an error that says what can", () => {
  test.each([
    [
      "a prompt that is not there",
      { type: "ref/prompt", name: "explore_tabel" },
      "table",
      "Did you mean explore_table?",
    ],
    [
      "a template that is not there",
      { type: "ref/resource", uri: "databricks://x/{y}" },
      "y",
      "databricks://run/{run_id}",
    ],
    ["an argument that is not there", { type: "ref/prompt", name: "explore_table" }, "tabel", "table, question"],
  ] as const)("%s", async (_what, ref, name, words) => {
    await using place = stage();
    const error = await errorOf(complete(place.around, { ref, argument: { name, value: "" } }, request));
    expect(error.code).toBe(-32_602);
    expect(error.message).toContain(words);
  });

  test("a template whose tool is off", async () => {
    await using place = stage(workspace, { tools: ["list_jobs"] });
    const params = { ref: { type: "ref/resource", uri: table } as const, argument: { name: "catalog", value: "" } };
    expect((await errorOf(complete(place.around, params, request))).code).toBe(-32_602);
    expect(place.bench.server.received).toEqual([]);
  });
});
