// Which tool a name means, by the arguments and by what is listed.
import { describe, expect, test } from "bun:test";
import type { Naming } from "../naming.ts";
import { selectTools } from "../selection.ts";
import { effectOf } from "./effect.ts";
import { followUpEntries, listOlderTools, olderEntries } from "./listed.ts";
import { olderToolMeant } from "./meaning.ts";
import { olderTools } from "./table.ts";

const meant = async (name: string, args: unknown, naming?: Naming): Promise<string | undefined> =>
  (await olderToolMeant(name, args, naming))?.generations[0];

describe("a name", () => {
  test.each([
    ["query_sql", { nonsense: 1 }],
    ["databricks_execute_sql", { sql_query: "SELECT 1" }],
    ["databricks_manage_jobs", {}],
    ["no_such_tool", {}],
  ] as const)("%s is no older one", async (name, args) => {
    expect(await meant(name, args)).toBeUndefined();
  });

  test("that only older servers had is theirs, the newest whose arguments these are", async () => {
    expect(await meant("manage_jobs", { action: "list" })).toBe("ai-dev-kit");
    expect(await meant("manage_vs_data", { operation: "sync", index_name: "a.b.i" })).toBe("ai-dev-kit-0.1.8");
    expect(await meant("execute_databricks_command", { code: "1" })).toBe("ai-dev-kit-0.1.0");
    expect(await meant("manage_jobs", { nonsense: 1 })).toBe("ai-dev-kit");
  });

  test("that both have is the one whose arguments these are", async () => {
    expect(await meant("execute_sql", { sql: "SELECT 1" })).toBeUndefined();
    expect(await meant("execute_sql", { sql_query: "SELECT 1" })).toBeUndefined();
    expect(await meant("execute_sql", { sql_query: "SELECT 1", timeout: 60 })).toBe("ai-dev-kit");
    expect(await meant("list_jobs", {})).toBeUndefined();
    expect(await meant("list_jobs", { expand_tasks: true })).toBe("ai-dev-kit-0.1.0");
    expect(await meant("get_dashboard", {})).toBe("ai-dev-kit-0.1.8");
    expect(await meant("execute_sql", { nonsense: 1 })).toBeUndefined();
  });

  test("that both have is the older one's where that is listed", async () => {
    expect(await meant("start_cluster", { cluster_id: "c" })).toBeUndefined();
    expect(await meant("start_cluster", { cluster_id: "c" }, "ai-dev-kit-0.1.0")).toBe("ai-dev-kit-0.1.0");
    expect(await meant("execute_sql", { sql: "SELECT 1" }, "ai-dev-kit")).toBeUndefined();
    expect(await meant("execute_sql", { nonsense: 1 }, "ai-dev-kit")).toBe("ai-dev-kit");
  });

  test("means nothing that goes farther than what is listed by it", async () => {
    const unpublish = { dashboard_id: "d", publish: false };
    expect(await meant("publish_dashboard", unpublish)).toBeUndefined();
    expect(await meant("publish_dashboard", unpublish, "ai-dev-kit-0.1.0")).toBe("ai-dev-kit-0.1.0");
    expect(await meant("publish_dashboard", unpublish, "ai-dev-kit-0.1.8")).toBe("ai-dev-kit-0.1.8");
  });
});

describe("what is listed", () => {
  const sizes = { "ai-dev-kit-2026-01-14": 21, "ai-dev-kit-2026-01-01": 17 } as const;

  test.each(Object.entries(sizes))("%s has as many tools as it had: %i", (naming, size) => {
    expect(olderEntries(selectTools({ naming: naming as Naming })).length).toBe(size);
  });

  test("is what the toolsets that are on can answer", () => {
    const names = olderEntries(selectTools({ naming: "ai-dev-kit", toolsets: ["jobs"] })).map(({ tool }) => tool.name);
    expect(names).toEqual(["manage_jobs", "manage_job_runs"]);
    expect(olderEntries(selectTools({ naming: "mortar" }))).toEqual([]);
  });

  test("with --read-only is what has a reading action, and is told as reading", async () => {
    const selection = selectTools({ naming: "ai-dev-kit", readOnly: true });
    const listed = await listOlderTools(selection);
    expect(listed.map(({ name }) => name)).toContain("manage_jobs");
    expect(listed.map(({ name }) => name)).not.toContain("manage_sql_warehouse");
    expect(listed.every(({ annotations }) => annotations["readOnlyHint"] === true)).toBe(true);
  });

  test("says what it may do by what may answer", async () => {
    const listed = await listOlderTools(selectTools({ naming: "ai-dev-kit" }));
    const jobs = listed.find(({ name }) => name === "manage_jobs");
    expect(jobs).toMatchObject({
      title: "Manage jobs",
      description: expect.stringContaining("Answered by create_job_from_settings, get_job"),
      inputSchema: { required: ["action"], properties: { limit: { type: "integer", default: 25 } } },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
    });
    const user = listed.find(({ name }) => name === "get_current_user");
    expect(user?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, idempotentHint: true });
  });

  test("has ours beside it that go on where a wait has ended, under names that it does not have", () => {
    const selection = selectTools({ naming: "ai-dev-kit-0.1.0" });
    const names = followUpEntries(selection).map(({ name }) => name);
    expect(names).toContain("get_statement_result");
    expect(names).not.toContain("wait_for_run");
  });

  test("effects: what only asks only reads", () => {
    const asking = /^(?:list|get|find|query_vs|scan)_/;
    const changing = olderTools.filter((tool) => asking.test(tool.name) && effectOf(tool) !== "read");
    expect(changing.map(({ name }) => name)).toEqual([]);
  });
});
