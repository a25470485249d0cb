// The notebooks toolset beyond the older plugin's defects: pages, paths, languages, conflicts, formats.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, me, rowsOf, type Routes } from "../testing.ts";
import { notebookPath, notebookRoutes } from "../testing-notebook.ts";

const manyCells = (count: number, size = 10): string =>
  [
    "# Databricks notebook source",
    Array.from({ length: count }, (_, index) => `c${index} = "${"x".repeat(size)}"`).join(
      "\n\n# COMMAND ----------\n\n",
    ),
  ].join("\n");

test("a path of this machine is refused before anything is asked, with the reason", async () => {
  await using place = bench({});
  for (const path of ["/home/someone", "/home/someone/project/nb.py"]) {
    for (const [tool, args] of [
      ["write_notebook", { content: "1" }],
      ["read_notebook", {}],
    ] as const) {
      const error = await place.failure(tool, { notebook_path: path, ...args });
      expect(error.code).toBe("invalid_input");
      expect(error.hint).toContain("quote the ~");
    }
  }
  expect(place.server.received).toEqual([]);
});

describe("paths", () => {
  test.each([
    ["~/nb", "/Workspace/Users/me@example.com/nb"],
    ["~", "/Workspace/Users/me@example.com"],
    ["shared/team/nb", "/Workspace/Shared/team/nb"],
    ["/Users/x/nb/", "/Users/x/nb"],
    [" ~/nb ", "/Workspace/Users/me@example.com/nb"],
  ])("%s is %s", async (given, path) => {
    await using place = bench({ ...me, "GET /api/2.0/workspace/list": () => ({ objects: [] }) });
    expect((await place.call("list_notebooks", { path: given })).data["path"]).toBe(path);
    expect(place.sent("GET /api/2.0/workspace/list")).toEqual([{ path }]);
  });

  test("resolve_path says that nothing is there, and what may be meant", async () => {
    await using place = bench({
      ...me,
      "GET /api/2.0/workspace/get-status": () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "no"),
      "GET /api/2.0/workspace/list": () => ({
        objects: [{ path: "/Workspace/Users/me@example.com/etl", object_type: "NOTEBOOK" }],
      }),
    });
    const { data } = await place.call("resolve_path", { path: "~/elt" });
    expect(data).toEqual({
      path: "/Workspace/Users/me@example.com/elt",
      exists: false,
      hint: "Did you mean /Workspace/Users/me@example.com/etl?",
    });
  });

  test("a notebook that is a folder or a file is said to be one", async () => {
    for (const type of ["DIRECTORY", "FILE"]) {
      await using place = bench({ "GET /api/2.0/workspace/get-status": () => ({ path: "/x", object_type: type }) });
      for (const name of ["read_notebook", "run_notebook"]) {
        const error = await place.failure(name, { notebook_path: "/x" });
        expect(error).toMatchObject({ code: "invalid_input" });
        expect(error.message).toContain(type);
      }
      expect((await place.failure("write_notebook", { notebook_path: "/x", content: "1" })).code).toBe(
        "already_exists",
      );
      expect(place.server.received.every(({ method }) => method === "GET")).toBe(true);
    }
  });
});

describe("list_notebooks", () => {
  const objects = Array.from({ length: 7 }, (_, index) => ({
    path: `/f/${index}`,
    object_type: index % 2 === 0 ? "NOTEBOOK" : "DIRECTORY",
    language: index % 2 === 0 ? "SQL" : undefined,
  }));

  test("comes in pages that say where they go on", async () => {
    await using place = bench({ "GET /api/2.0/workspace/list": () => ({ objects }) });
    const first = await place.call("list_notebooks", { path: "/f", limit: 5 });
    expect(first.data).toMatchObject({ returned_count: 5, total_count: 7, truncated: true, next_offset: 5 });
    const second = await place.call("list_notebooks", { path: "/f", limit: 5, offset: 5 });
    expect(rowsOf(second).map((row) => row["path"])).toEqual(["/f/5", "/f/6"]);
    expect(second.data["truncated"]).toBe(false);
  });

  test("can leave out what is no notebook", async () => {
    await using place = bench({ "GET /api/2.0/workspace/list": () => ({ objects }) });
    const { data } = await place.call("list_notebooks", { path: "/f", notebooks_only: true });
    expect(data).toMatchObject({ total_count: 4, truncated: false });
  });
});

describe("read_notebook", () => {
  test("takes as many cells as fit and goes on where it stopped", async () => {
    await using place = bench(notebookRoutes(manyCells(10, 300)).routes, { limits: { textChars: 1_000 } });
    const seen: unknown[] = [];
    let offset: unknown = 0;
    for (let round = 0; round < 10 && offset !== undefined; round++) {
      const page = await place.call("read_notebook", { notebook_path: notebookPath, cell_offset: offset });
      expect(page.data["cells_returned"]).toBeLessThan(10);
      seen.push(...rowsOf(page).map((row) => row["cell"]));
      offset = page.data["next_offset"];
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("a cell too long for one result is read in parts, and no character is lost", async () => {
    const long = `value = "${"äöü😀".repeat(900)}"`;
    await using place = bench(
      notebookRoutes(`# Databricks notebook source\n${long}\n\n# COMMAND ----------\n\nb = 2`).routes,
      { limits: { textChars: 1_000 } },
    );
    let text = "";
    let args: Record<string, unknown> = { notebook_path: notebookPath };
    for (let round = 0; round < 10; round++) {
      const page = await place.call("read_notebook", args);
      const [first] = rowsOf(page);
      if (first?.["cell"] !== 0) break;
      text += String(first["source"]);
      expect(first["total_chars"]).toBe(long.length);
      if (page.data["next_char_offset"] === undefined) break;
      args = {
        notebook_path: notebookPath,
        cell_offset: page.data["next_offset"],
        char_offset: page.data["next_char_offset"],
      };
    }
    expect(text).toBe(long);
  });

  test("an offset beyond the end says how many cells there are", async () => {
    await using place = bench(notebookRoutes(manyCells(3)).routes);
    const { data } = await place.call("read_notebook", { notebook_path: notebookPath, cell_offset: 9 });
    expect(data).toMatchObject({ cells_returned: 0, total_cells: 3, truncated: false });
    expect(data["hint"]).toContain("3 cells");
  });
});

describe("write_notebook", () => {
  const nothing: Routes = { "GET /api/2.0/workspace/get-status": () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "no") };

  test.each([
    [
      "by what its separators say",
      "SELECT 1\n\n-- COMMAND ----------\n\nSELECT 2",
      undefined,
      "SQL",
      "-- Databricks notebook source\nSELECT 1",
    ],
    [
      "by its header",
      "// Databricks notebook source\nval a = 1",
      undefined,
      "SCALA",
      "// Databricks notebook source\nval a = 1",
    ],
    ["as it is told", "x <- 1", "R", "R", "# Databricks notebook source\nx <- 1"],
    ["in Python where nothing speaks for another", "x = 1", undefined, "PYTHON", "# Databricks notebook source\nx = 1"],
  ])("a new notebook is written %s", async (_what, content, language, stored, start) => {
    const { routes, stored: versions, languages } = notebookRoutes("");
    await using place = bench({ ...routes, ...nothing });
    await place.call("write_notebook", {
      notebook_path: "/a",
      content,
      ...(language === undefined ? {} : { language }),
    });
    expect(languages).toEqual([stored]);
    expect(versions.at(-1)?.startsWith(start)).toBe(true);
  });

  test("Python over a notebook in SQL is Python", async () => {
    const { routes, languages } = notebookRoutes("-- Databricks notebook source\nSELECT 1", "SQL");
    await using place = bench(routes);
    await place.call("write_notebook", { notebook_path: notebookPath, content: "# Databricks notebook source\nx = 1" });
    expect(languages).toEqual(["PYTHON"]);
  });

  test("R stays R although its header is that of Python", async () => {
    const { routes, languages } = notebookRoutes("# Databricks notebook source\nx <- 1", "R");
    await using place = bench(routes);
    await place.call("write_notebook", {
      notebook_path: notebookPath,
      content: "# Databricks notebook source\nx <- 2",
    });
    expect(languages).toEqual(["R"]);
  });

  test("a language that contradicts the header is refused, and nothing is sent", async () => {
    await using place = bench({ ...notebookRoutes("").routes, ...nothing });
    const error = await place.failure("write_notebook", {
      notebook_path: "/a",
      content: "-- Databricks notebook source\nSELECT 1",
      language: "python",
    });
    expect(error.code).toBe("invalid_input");
    expect(place.sent("POST /api/2.0/workspace/import")).toEqual([]);
  });

  test("Jupyter JSON is imported as such", async () => {
    const ipynb = JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { language_info: { name: "python" } },
      cells: [{ cell_type: "code", source: "1", metadata: {}, outputs: [], execution_count: null }],
    });
    await using place = bench({ ...notebookRoutes("").routes, ...nothing });
    expect((await place.call("write_notebook", { notebook_path: "/a", content: ipynb })).data).toMatchObject({
      total_cells: 1,
      language: "python",
    });
    expect(place.sent("POST /api/2.0/workspace/import")[0]).toMatchObject({ format: "JUPYTER" });
  });

  test("a refusal other than a missing folder makes no folder", async () => {
    await using place = bench({
      ...nothing,
      "POST /api/2.0/workspace/import": () => refusal(403, "PERMISSION_DENIED", "no"),
    });
    expect((await place.failure("write_notebook", { notebook_path: "/a/b", content: "1" })).code).toBe(
      "permission_denied",
    );
    expect(place.sent("POST /api/2.0/workspace/mkdirs")).toEqual([]);
  });
});

describe("update_notebook_cell", () => {
  const source =
    "# Databricks notebook source\na = 1\n\n# COMMAND ----------\n\nb = 2\n\n# COMMAND ----------\n\nc = 3\n";

  test("changes several cells, all or none", async () => {
    const { routes, stored } = notebookRoutes(source);
    await using place = bench(routes);
    const good = {
      notebook_path: notebookPath,
      updates: [
        { index: 2, content: "c = 30" },
        { index: 0, content: "a = 10" },
      ],
    };
    expect((await place.call("update_notebook_cell", good)).data).toMatchObject({
      updated_cells: [2, 0],
      total_cells: 3,
      status: "updated",
    });
    expect(stored.at(-1)).toBe(source.replace("a = 1", "a = 10").replace("c = 3", "c = 30"));
    const bad = {
      notebook_path: notebookPath,
      updates: [
        { index: 0, content: "a = 11" },
        { index: 7, content: "x" },
      ],
    };
    expect((await place.failure("update_notebook_cell", bad)).message).toContain("There is no cell 7");
    expect(stored).toHaveLength(2);
  });

  test.each([
    ["both ways at once", { cell_index: 0, new_content: "a", updates: [{ index: 0, content: "a" }] }],
    ["neither", {}],
    ["an index without content", { cell_index: 0 }],
    ["content without an index", { new_content: "a" }],
    ["an empty list", { updates: [] }],
    [
      "one cell twice",
      {
        updates: [
          { index: 0, content: "a" },
          { index: 0, content: "b" },
        ],
      },
    ],
    ["a negative index", { cell_index: -1, new_content: "a" }],
  ])("refuses %s", async (_what, args) => {
    const { routes, stored } = notebookRoutes(source);
    await using place = bench(routes);
    const error = await place.failure("update_notebook_cell", { notebook_path: notebookPath, ...args });
    expect(error.code).toBe("invalid_input");
    expect(stored).toHaveLength(1);
  });

  test("what another saved meanwhile is not lost", async () => {
    const { routes, stored } = notebookRoutes(source);
    let asked = 0;
    await using place = bench({
      ...routes,
      "GET /api/2.0/workspace/get-status": () => ({
        path: notebookPath,
        object_type: "NOTEBOOK",
        language: "PYTHON",
        modified_at: 1_000 + asked++,
      }),
    });
    const error = await place.failure("update_notebook_cell", {
      notebook_path: notebookPath,
      cell_index: 0,
      new_content: "a = 5",
    });
    expect(error.code).toBe("conflict");
    expect(stored).toHaveLength(1);
  });

  test("a cell in SQL is written by its magic and keeps its prefixes in the file", async () => {
    const { routes, stored } = notebookRoutes(source);
    await using place = bench(routes);
    await place.call("update_notebook_cell", {
      notebook_path: notebookPath,
      cell_index: 1,
      new_content: "%sql\nSELECT 1",
    });
    expect(stored.at(-1)).toContain("# MAGIC %sql\n# MAGIC SELECT 1\n");
  });
});
