// Defects of the older plugin, each with a test that shows the right behaviour: jobs, read-only, what was missing.
import { describe, expect, test } from "bun:test";
import { type Received } from "../../workspace/testing.ts";
import { selectTools } from "../selection.ts";
import { bench, me, rowsOf } from "../testing.ts";

describe("the older plugin's defects: jobs, read-only, what was missing", () => {
  test("11: a filter finds a part of the name in any case on any page, and the limit holds", async () => {
    const names = ["Daily ETL", "report", "etl backfill", "old_etl_copy", "other"];
    const pages = (_request: Received, query: Record<string, unknown>): object => {
      const at = Number(query["page_token"] ?? 0);
      const jobs = names.slice(at, at + 2).map((name, index) => ({ job_id: 100 + at + index, settings: { name } }));
      return { jobs, ...(at + 2 < names.length ? { next_page_token: String(at + 2), has_more: true } : {}) };
    };
    await using place = bench({ "GET /api/2.2/jobs/list": pages });
    const result = await place.call("list_jobs", { name_filter: "ETL", limit: 2 });
    expect(rowsOf(result).map((row) => row["name"])).toEqual(["Daily ETL", "etl backfill"]);
    expect(result.data).toMatchObject({ count: 2, scanned: 5, truncated: true, next_offset: 2 });
    const rest = await place.call("list_jobs", { name_filter: "ETL", limit: 2, offset: 2 });
    expect(rowsOf(rest).map((row) => row["name"])).toEqual(["old_etl_copy"]);
    expect(rest.data["truncated"]).toBe(false);
    expect(place.sent("GET /api/2.2/jobs/list").every((query) => query["name"] === undefined)).toBe(true);
  });

  test("11: without a filter no more pages are fetched than the limit needs", async () => {
    await using place = bench({
      "GET /api/2.2/jobs/list": (_request, query) => ({
        jobs: Array.from({ length: Number(query["limit"] ?? 20) }, (_, index) => ({
          job_id: index + 1,
          settings: { name: `j${index}` },
        })),
        next_page_token: "more",
        has_more: true,
      }),
    });
    const { data } = await place.call("list_jobs", { limit: 3 });
    expect(data).toMatchObject({ count: 3, truncated: true, next_offset: 3 });
    expect(place.sent("GET /api/2.2/jobs/list").length).toBeLessThanOrEqual(2);
  });

  test("16: reading can be all that is allowed, whatever else is asked for", () => {
    const selection = selectTools({ readOnly: true, tools: ["stop_cluster", "list_jobs"] });
    expect(selection.entries.map(({ name }) => name)).toEqual(["list_jobs"]);
    expect(selectTools({ readOnly: true }).entries.every(({ effect }) => effect === "read")).toBe(true);
  });

  test("17: among the tools are a path helper, and for jobs the logs of one task and a run of some tasks", async () => {
    await using place = bench({
      ...me,
      "GET /api/2.0/workspace/get-status": () => ({
        path: "/x",
        object_type: "NOTEBOOK",
        language: "SQL",
        object_id: 8,
      }),
      "POST /api/2.2/jobs/run-now": () => ({ run_id: 3 }),
    });
    expect((await place.call("resolve_path", { path: "~/nb" })).data).toMatchObject({
      path: "/Workspace/Users/me@example.com/nb",
      exists: true,
      language: "SQL",
    });
    await place.call("run_job", { job_id: 4, only: ["b"] });
    expect(place.sent("POST /api/2.2/jobs/run-now")[0]).toMatchObject({ job_id: 4, only: ["b"] });
  });
});
