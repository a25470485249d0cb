// Dashboards through the binary: made, found as objects of the workspace, changed, published, deleted.
import { expect, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

const stage = toolStage(["--toolsets", "default,dashboards"]);
const { done } = stage;

test("a dashboard's whole life", async () => {
  const definition = {
    datasets: [{ name: "one", queryLines: ["SELECT 1 AS n"] }],
    pages: [{ name: "overview", displayName: "Overview", layout: [] }],
  };
  const made = await done("create_dashboard", { name: "Sales", folder: "~/boards", definition });
  expect(made).toMatchObject({ replaced: false, warnings: [], state: "ACTIVE" });
  const dashboard_id = String(made["dashboard_id"]);
  expect((await done("list_notebooks", { path: "~/boards" }))["rows"]).toEqual([
    expect.arrayContaining([expect.stringContaining("Sales.lvdash.json"), "DASHBOARD"]),
  ]);
  const again = await stage.session.call("create_dashboard", { name: "Sales", folder: "~/boards", definition });
  expect([again.isError, again.text]).toEqual([true, expect.stringContaining("overwrite")]);
  const replaced = { name: "Sales", folder: "~/boards", definition: JSON.stringify(definition), overwrite: true };
  expect(await done("create_dashboard", replaced)).toMatchObject({ dashboard_id, replaced: true });

  await done("update_dashboard", { dashboard_id, name: "Revenue" });
  const [warehouse] = (await done("list_warehouses", {}))["rows"] as string[][];
  const published = { dashboard_id, warehouse_id: String(warehouse?.[0]), embed_credentials: true };
  expect(await done("publish_dashboard", published)).toMatchObject({ name: "Revenue", embed_credentials: true });
  expect(await done("get_dashboard", { dashboard_id })).toMatchObject({
    name: "Revenue",
    published: true,
    definition: JSON.stringify(definition),
  });
  expect((await done("list_dashboards", { name_filter: "rev" }))["total_matched"]).toBe(1);
  expect(await done("unpublish_dashboard", { dashboard_id })).toMatchObject({ was_published: true });
  expect(await done("delete_dashboard", { dashboard_id })).toMatchObject({ state: "TRASHED" });
  expect((await done("list_dashboards", {}))["total_matched"]).toBe(0);
  expect((await done("list_dashboards", { show_trashed: true }))["total_matched"]).toBe(1);
});
