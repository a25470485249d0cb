// Defects of the older plugin, each with a test that shows the right behaviour: reading, changing and writing notebooks.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../../platform/errors.ts";
import { refusal } from "../../workspace/testing.ts";
import { bench, rowsOf } from "../testing.ts";
import { notebookPath, notebookRoutes } from "../testing-notebook.ts";

describe("the older plugin's defects: reading, changing and writing notebooks", () => {
  test("4: repeated edits leave every other byte as it is", async () => {
    const source =
      "# Databricks notebook source\na = 1\n\n# COMMAND ----------\n\n\n# two\nb = 2\n\n# COMMAND ----------\n\nc = 3\n";
    const { routes, stored } = notebookRoutes(source);
    await using place = bench(routes);
    for (const value of ["b = 20", "b = 30", "b = 40"]) {
      await place.call("update_notebook_cell", { notebook_path: notebookPath, cell_index: 1, new_content: value });
    }
    expect(stored.at(-1)).toBe(
      "# Databricks notebook source\na = 1\n\n# COMMAND ----------\n\nb = 40\n\n# COMMAND ----------\n\nc = 3\n",
    );
  });

  test("4: writing back what was read changes nothing and sends nothing", async () => {
    const { routes, stored } = notebookRoutes("# Databricks notebook source\na = 1\n\n# COMMAND ----------\n\nb = 2");
    await using place = bench(routes);
    const [, second] = rowsOf(await place.call("read_notebook", { notebook_path: notebookPath }));
    const result = await place.call("update_notebook_cell", {
      notebook_path: notebookPath,
      cell_index: 1,
      new_content: second?.["source"],
    });
    expect(result.data["status"]).toBe("unchanged");
    expect(stored).toHaveLength(1);
  });

  test("5: new code for cell 0 keeps the header, so the notebook stays one", async () => {
    const { routes, stored } = notebookRoutes("# Databricks notebook source\na = 1\n\n# COMMAND ----------\n\nb = 2\n");
    await using place = bench(routes);
    await place.call("update_notebook_cell", { path: notebookPath, cell_index: 0, new_content: "a = 10" });
    expect(stored.at(-1)).toBe("# Databricks notebook source\na = 10\n\n# COMMAND ----------\n\nb = 2\n");
  });

  test.each([
    [
      "SQL",
      "-- Databricks notebook source\nSELECT 1\n\n-- COMMAND ----------\n\n-- MAGIC %md\n-- MAGIC # hi\n",
      ["sql", "markdown"],
    ],
    [
      "SCALA",
      "// Databricks notebook source\nval a = 1\n\n// COMMAND ----------\n\n// MAGIC %python\n// MAGIC b = 2\n",
      ["scala", "python"],
    ],
    [
      "R",
      "# Databricks notebook source\na <- 1\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC SELECT 2\n",
      ["r", "sql"],
    ],
  ])(
    "6: a notebook in %s has its cells with their languages and is stored in its language",
    async (language, source, spoken) => {
      const { routes, stored, languages } = notebookRoutes(source, language);
      await using place = bench(routes);
      const read = await place.call("read_notebook", { notebook_path: notebookPath });
      expect(read.data["language"]).toBe(language.toLowerCase());
      expect(rowsOf(read).map((row) => row["language"])).toEqual(spoken);
      await place.call("update_notebook_cell", { notebook_path: notebookPath, cell_index: 0, new_content: "changed" });
      expect(languages).toEqual([language]);
      expect(stored.at(-1)).toBe(source.replace(/\n[^\n]+\n/, "\nchanged\n"));
    },
  );

  test("6: titles are shown and stay", async () => {
    const { routes, stored } = notebookRoutes("# Databricks notebook source\n# DBTITLE 1,Load\nx = 1\n");
    await using place = bench(routes);
    const [cell] = rowsOf(await place.call("read_notebook", { notebook_path: notebookPath }));
    expect(cell).toMatchObject({ title: "Load", source: "x = 1" });
    await place.call("update_notebook_cell", { notebook_path: notebookPath, cell_index: 0, new_content: "x = 2" });
    expect(stored.at(-1)).toBe("# Databricks notebook source\n# DBTITLE 1,Load\nx = 2\n");
  });

  test("6: writing over a notebook keeps its language", async () => {
    const { routes, stored, languages } = notebookRoutes("-- Databricks notebook source\nSELECT 1", "SQL");
    await using place = bench(routes);
    const { data } = await place.call("write_notebook", { notebook_path: notebookPath, content: "SELECT 2" });
    expect(data).toMatchObject({ language: "sql", status: "overwritten" });
    expect(languages).toEqual(["SQL"]);
    expect(stored.at(-1)).toBe("-- Databricks notebook source\nSELECT 2");
  });

  test("7: only a whole line is a separator, and a cell that holds one is refused", async () => {
    const { routes, stored } = notebookRoutes("# Databricks notebook source\na = 1\n");
    await using place = bench(routes);
    const mention = 'text = "# COMMAND" + "----------"\nprint("see # COMMAND ---------- above")';
    await place.call("update_notebook_cell", { notebook_path: notebookPath, cell_index: 0, new_content: mention });
    expect(stored.at(-1)).toContain(mention);
    const error = await place.failure("update_notebook_cell", {
      notebook_path: notebookPath,
      cell_index: 0,
      new_content: "a\n# COMMAND ----------\nb",
    });
    expect(error.code).toBe("invalid_input");
    expect(stored).toHaveLength(2);
  });

  test("20: more than 10 MB is refused before anything is sent", async () => {
    const { routes } = notebookRoutes("# Databricks notebook source\n1");
    await using place = bench(routes);
    const error = await place.failure("write_notebook", {
      notebook_path: notebookPath,
      content: "x".repeat(10 * 1024 * 1024 + 1),
    });
    expect(error.code).toBe("too_large");
    expect(error.hint).toContain("%run");
    expect(place.sent("POST /api/2.0/workspace/import")).toEqual([]);
  });

  test("20: an object in the way is said to be there, with what to do", async () => {
    await using place = bench(notebookRoutes("# Databricks notebook source\n1").routes);
    const error = await place.failure("write_notebook", {
      notebook_path: notebookPath,
      content: "2",
      overwrite: false,
    });
    expect(error).toMatchObject({ code: "already_exists" });
    expect(error.hint).toContain("overwrite true");
  });

  test("20: RESOURCE_ALREADY_EXISTS of the workspace itself has the same hint", async () => {
    await using place = bench({
      "GET /api/2.0/workspace/get-status": () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "nothing there"),
      "POST /api/2.0/workspace/import": () => refusal(400, "RESOURCE_ALREADY_EXISTS", "Path (/x) already exists."),
    });
    const error = await place.failure("write_notebook", { notebook_path: "/x/y", content: "2", overwrite: false });
    expect(error).toBeInstanceOf(MortarError);
    expect(error).toMatchObject({ code: "already_exists" });
    expect(error.hint).toContain("overwrite true");
  });

  test("20: a missing parent folder is made", async () => {
    const made: string[] = [];
    await using place = bench({
      "GET /api/2.0/workspace/get-status": () =>
        refusal(404, "RESOURCE_DOES_NOT_EXIST", "Path (/a/b/nb) doesn't exist."),
      "POST /api/2.0/workspace/mkdirs": (_request, json) => {
        made.push(String(json["path"]));
        return {};
      },
      "POST /api/2.0/workspace/import": () =>
        made.length === 0 ? refusal(404, "RESOURCE_DOES_NOT_EXIST", "The parent folder (/a/b) does not exist.") : {},
    });
    const { data } = await place.call("write_notebook", { notebook_path: "/a/b/nb", content: "1" });
    expect(made).toEqual(["/a/b"]);
    expect(data).toMatchObject({ status: "created", folder_created: "/a/b", language: "python", total_cells: 1 });
  });
});
