// The dashboards toolset: documents looked through, nothing replaced that was not meant, nothing saved over another's change.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, me, rowsOf, type Routes } from "../testing.ts";
import { loadTool } from "../toolsets.ts";
import { definitionText, definitionWarnings } from "./definition.ts";

const base = "/api/2.0/lakeview/dashboards";
const widget = (name: string, dataset: string, field: string, shown: string) => ({
  position: { x: 0, y: 0, width: 2, height: 3 },
  widget: {
    name,
    queries: [{ name: "main_query", query: { datasetName: dataset, fields: [{ name: field, expression: "x" }] } }],
    spec: { version: 2, widgetType: "counter", encodings: { value: { fieldName: shown } } },
  },
});
const document = {
  datasets: [{ name: "orders", queryLines: ["SELECT 1"] }],
  pages: [{ name: "p", layout: [widget("a", "orders", "sum(x)", "sum(x)")] }],
};
const held = { dashboard_id: "d1", display_name: "Sales", path: "/Users/me@example.com/Sales.lvdash.json", etag: "7" };

describe("a document", () => {
  test("is taken as an object or as text, and kept as it was written", () => {
    const text = JSON.stringify(document, null, 2);
    expect(definitionText(text)).toBe(text);
    expect(JSON.parse(definitionText(document))).toEqual(document);
    for (const wrong of ["", "{", "[]", '"x"', "{}", '{"pages": {}}']) {
      expect(() => definitionText(wrong)).toThrow();
    }
  });

  test("is looked through for what would stay empty", () => {
    expect(definitionWarnings(JSON.stringify(document))).toEqual([]);
    const layout = [
      widget("a", "orders", "sum(x)", "sum(y)"),
      widget("a", "order", "n", "n"),
      { widget: { name: "t", textbox_spec: "# Title" } },
    ];
    expect(definitionWarnings(JSON.stringify({ ...document, pages: [{ name: "p", layout }] }))).toEqual([
      'Widget "a" shows the field "sum(y)", which no query of it gives.',
      'Two widgets are called "a".',
      'Widget "a" asks the dataset "order", which is not there.',
    ]);
    expect(definitionWarnings('{"pages": [null, {"layout": [{"widget": 5}, 7]}]}')).toEqual([]);
  });
});

test("a list follows its pages, also empty ones", async () => {
  await using it = bench({
    [`GET ${base}`]: ({ search }) => {
      const token = new URLSearchParams(search).get("page_token");
      if (token === null) return { next_page_token: "2" };
      return { dashboards: [held] };
    },
  });
  expect(rowsOf(await it.call("list_dashboards")).map((row) => row["dashboard_id"])).toEqual(["d1"]);
});

describe("create_dashboard", () => {
  const routes: Routes = {
    ...me,
    [`GET ${base}`]: () => ({ dashboards: [{ ...held, path: undefined }] }),
    [`GET ${base}/d1`]: () => held,
    [`POST ${base}`]: (_request, body) => ({ ...held, dashboard_id: "d2", display_name: body["display_name"] }),
    [`PATCH ${base}/d1`]: () => held,
    "POST /api/2.0/workspace/mkdirs": () => ({}),
  };

  test("makes the folder, and tells what would stay empty", async () => {
    await using it = bench(routes);
    const wish = { name: "New", definition: { pages: [{ layout: [widget("a", "gone", "x", "x")] }] } };
    const { data } = await it.call("create_dashboard", wish);
    expect(data).toMatchObject({ dashboard_id: "d2", replaced: false, warnings: [expect.stringContaining("gone")] });
    expect(it.sent("POST /api/2.0/workspace/mkdirs")).toEqual([{ path: "/Workspace/Users/me@example.com" }]);
    expect(it.sent(`POST ${base}`)[0]).toMatchObject({ parent_path: "/Workspace/Users/me@example.com" });
  });

  test("replaces the one of that name in that folder only where that is wanted, and asks before", async () => {
    await using it = bench(routes);
    const wish = { name: "Sales", definition: document, overwrite: true };
    const tool = await loadTool("create_dashboard");
    const asked = await tool?.confirm?.({ ...wish, folder: "~" }, it.context);
    expect(String(asked)).toContain("“Sales” (“d1”)");
    expect((await it.call("create_dashboard", wish)).data).toMatchObject({ dashboard_id: "d1", replaced: true });
    expect(it.sent(`PATCH ${base}/d1`)[0]).toMatchObject({ etag: "7" });
    expect(it.sent(`POST ${base}`)).toEqual([]);
    expect(await tool?.confirm?.({ ...wish, folder: "~/other" }, it.context)).toBeUndefined();
    await it.call("create_dashboard", { ...wish, folder: "~/other" });
    expect(it.sent(`POST ${base}`)).toHaveLength(1);
  });

  test("makes no second one after a failure, and says how to replace the first", async () => {
    await using it = bench({
      ...routes,
      [`POST ${base}`]: () => refusal(400, "ALREADY_EXISTS", "Node named 'Sales.lvdash.json' already exists"),
    });
    expect((await it.failure("create_dashboard", { name: "Sales", definition: document })).hint).toContain("overwrite");
    expect(it.sent(`POST ${base}`)).toHaveLength(1);
    expect(String((await it.failure("create_dashboard", { name: "x", definition: "{" })).code)).toBe("invalid_input");
  });
});

test("a change is of the version that was read", async () => {
  await using it = bench({
    [`GET ${base}/d1`]: () => held,
    [`PATCH ${base}/d1`]: (_request, body) =>
      body["etag"] === "7" ? { ...held, display_name: body["display_name"] } : refusal(409, "ABORTED", "changed"),
  });
  expect((await it.call("update_dashboard", { dashboard_id: "d1", display_name: "Other" })).data["name"]).toBe("Other");
  expect(it.sent(`PATCH ${base}/d1`)).toEqual([{ display_name: "Other", etag: "7" }]);
});

describe("publishing", () => {
  test("shows it with the viewer's own rights unless the publisher's are wanted", async () => {
    await using it = bench({
      [`GET ${base}/d1`]: () => held,
      [`GET ${base}/d1/published`]: () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "no"),
      [`POST ${base}/d1/published`]: (_request, body) => body,
    });
    const { data } = await it.call("publish_dashboard", { dashboard_id: "d1", warehouse_id: "w" });
    expect(data).toMatchObject({ embed_credentials: false, was_published: false, warehouse_id: "w" });
    expect(it.sent(`POST ${base}/d1/published`)).toEqual([{ warehouse_id: "w", embed_credentials: false }]);
    expect((await it.call("get_dashboard", { dashboard_id: "d1" })).data["published"]).toBe(false);
    expect((await it.call("unpublish_dashboard", { dashboard_id: "d1" })).data["was_published"]).toBe(false);
    expect(it.server.received.filter(({ method }) => method === "DELETE")).toEqual([]);
  });

  test("what is deleted is named before", async () => {
    await using it = bench({ [`GET ${base}/d1`]: () => held, [`DELETE ${base}/d1`]: () => ({}) });
    const tool = await loadTool("delete_dashboard");
    expect(String(await tool?.confirm?.({ dashboard_id: "d1" }, it.context))).toContain("“Sales”");
    expect((await it.call("delete_dashboard", { dashboard_id: "d1" })).data["state"]).toBe("TRASHED");
  });
});

test("a long document is given in parts", async () => {
  const text = JSON.stringify(document);
  await using it = bench({
    [`GET ${base}/d1`]: () => ({ ...held, serialized_dashboard: text }),
    [`GET ${base}/d1/published`]: () => ({ embed_credentials: true, revision_create_time: "2026-11-21T08:00:00Z" }),
  });
  const first = await it.call("get_dashboard", { dashboard_id: "d1", max_chars: 50 });
  expect(first.data).toMatchObject({
    truncated: true,
    next_offset_chars: 50,
    published: true,
    embed_credentials: true,
  });
  const rest = await it.call("get_dashboard", { dashboard_id: "d1", offset_chars: 50 });
  expect(String(first.data["definition"]) + String(rest.data["definition"])).toBe(text);
});
