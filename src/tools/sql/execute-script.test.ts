// Scripts against a workspace that answers as it is told: in order, side by side, to the first that fails.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, type Routes } from "../testing.ts";
import { done, scripted, statements, running } from "./testing-sql.ts";

describe("execute_sql_script", () => {
  test("runs in order and stops at the first that fails", async () => {
    const { routes, ran } = scripted("INSERT INTO t VALUES (1)");
    await using table = bench(routes);
    const sql = "CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);\nSELECT * FROM t;";
    const { data, failed, text } = await table.call("execute_sql_script", { sql });
    expect(ran().map(([one]) => one)).toEqual(["CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)"]);
    expect(failed).toBe(true);
    expect(data).toMatchObject({ succeeded: 1, not_run: 1, hint: expect.stringContaining("line 2") });
    expect((data["results"] as { state: string }[]).map(({ state }) => state)).toEqual([
      "SUCCEEDED",
      "FAILED",
      "NOT_RUN",
    ]);
    expect(text).toContain("-- statement 3");
  });

  test("keeps what USE says for those behind it", async () => {
    const { routes, ran } = scripted("");
    await using table = bench(routes);
    await table.call("execute_sql_script", {
      sql: "SELECT 1; USE SCHEMA b; SELECT 2; USE CATALOG c; SELECT 3",
      schema: "a",
    });
    expect(ran()).toEqual([
      ["SELECT 1", "a"],
      ["USE SCHEMA b", "a"],
      ["SELECT 2", "b"],
      ["USE CATALOG c", "b"],
      ["SELECT 3", "c"],
    ]);
  });

  test("refuses what belongs to a session, before anything runs", async () => {
    const { routes, ran } = scripted("");
    await using table = bench(routes);
    const error = await table.failure("execute_sql_script", { sql: "SELECT 1;\nDECLARE x INT;\nSELECT x" });
    expect(error.message).toContain("Line 2 makes a variable");
    expect(ran()).toEqual([]);
  });

  test("runs side by side what is independent, as many as are wanted", async () => {
    let open = 0;
    let most = 0;
    const all = Promise.withResolvers<undefined>();
    const routes: Routes = {
      ...running,
      [`POST ${statements}`]: async () => {
        open += 1;
        most = Math.max(most, open);
        if (open === 3) all.resolve(undefined);
        await all.promise;
        return done(["INT"], [["1"]]);
      },
    };
    await using table = bench(routes);
    await table.call("execute_sql_script", { sql: "SELECT 1; SELECT 2; SELECT 3", parallel: 3 });
    expect(most).toBe(3);
  });

  test("a refusal of the workspace is an error, and nothing more is begun", async () => {
    let count = 0;
    const routes: Routes = {
      ...running,
      [`POST ${statements}`]: () => ((count += 1), refusal(403, "PERMISSION_DENIED", "no")),
    };
    await using table = bench(routes);
    expect(
      (await table.failure("execute_sql_script", { sql: "SELECT 1; CREATE TABLE t (a INT)", parallel: 1 })).code,
    ).toBe("permission_denied");
    expect(count).toBe(1);
  });
});
