// Discovery mode: what is listed instead of the tools, what is found, and that a call within one is the call itself.
import { describe, expect, test } from "bun:test";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { selectTools, type SelectionWish } from "../../tools/selection.ts";
import { termsOf } from "../../tools/terms.ts";
import { instructions } from "../instructions.ts";
import { stage } from "../testing-offers.ts";
import { handleDiscovery } from "./call.ts";
import { discoveryTools, isDiscoveryName, type DiscoveryName } from "./listed.ts";
import { allTools, findTools } from "./search.ts";

const all: SelectionWish = { toolsets: ["all"], terms: termsOf({ discovery: true }) };

describe("the list", () => {
  test("costs less than 1,000 tokens with its instructions' first line, however many tools there are", () => {
    const selection = selectTools(all);
    expect(JSON.stringify({ tools: discoveryTools(selection) }).length / 4).toBeLessThan(1_000);
    expect(instructions(selection)).toContain("search_tools finds them");
    expect(instructions(selectTools({ toolsets: ["all"] }))).not.toContain("search_tools");
  });

  test("says honestly what each does", () => {
    const byName = Object.fromEntries(discoveryTools(selectTools(all)).map((tool) => [tool.name, tool.annotations]));
    expect(byName["search_tools"]).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(byName["call_reading_tool"]).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(byName["call_tool"]).toMatchObject({ readOnlyHint: false, destructiveHint: true, openWorldHint: true });
  });

  test("has nothing that changes where only reading is allowed", () => {
    const names = discoveryTools(selectTools({ ...all, readOnly: true })).map(({ name }) => name);
    expect(names).toEqual(["search_tools", "call_reading_tool"]);
  });

  test("holds no name of a tool", () => {
    expect(selectTools(all).entries.filter(({ name }) => isDiscoveryName(name))).toEqual([]);
  });
});

describe("what is found", () => {
  const first = async (query: string, wish = all): Promise<string | undefined> =>
    (await findTools(selectTools(wish), query, 5)).tools[0]?.name;

  test.each([
    ["upload file to volume", "upload_to_volume"],
    ["delete files in a volume", "delete_volume_path"],
    ["remove a secret", "delete_secret"],
    ["run a notebook", "run_notebook"],
    ["query sql", "query_sql"],
    ["stop cluster", "stop_cluster"],
    ["wait_for_run", "wait_for_run"],
    ["databricks_list_jobs", "list_jobs"],
  ])("%s: %s", async (query, name) => expect(await first(query)).toBe(name));

  test("comes with what it takes, and says how many more fit", async () => {
    const { tools, more } = await findTools(selectTools(all), "list", 2);
    expect(tools).toHaveLength(2);
    expect(more).toBeGreaterThan(3);
    expect(tools[0]?.input_schema).toMatchObject({ type: "object" });
  });

  test("is on: nothing that filters leave out", async () => {
    const selection = selectTools({ ...all, readOnly: true, exclude: ["list_jobs"] });
    const names = allTools(selection).map(([name]) => name);
    expect(names).not.toContain("list_jobs");
    expect(names).not.toContain("run_job");
    const { tools } = await findTools(selection, "job run delete create", 20);
    for (const { effect } of tools) expect(effect).toBe("read");
  });

  test("nothing fits what is nonsense", async () => {
    expect((await findTools(selectTools(all), "zzzz qqqq", 5)).tools).toEqual([]);
  });
});

describe("a call", () => {
  const routes = {
    "GET /api/2.2/jobs/list": () => ({ jobs: [{ job_id: 77, settings: { name: "nightly" } }] }),
    "POST /api/2.2/jobs/runs/cancel": () => ({}),
  };
  const request = {
    signal: new AbortController().signal,
    requestState: () => undefined,
    notify: async () => undefined,
  } as never;
  const calling = (wish: SelectionWish = all) => {
    const place = stage(routes, wish);
    const call = async (name: DiscoveryName, given: Record<string, unknown>): Promise<CallToolResult> =>
      (await handleDiscovery(place.around, { name, given, request })) as CallToolResult;
    return { place, call };
  };

  test("of a reading tool is the tool's own, in both halves", async () => {
    const { place, call } = calling();
    await using _ = place;
    for (const name of ["call_reading_tool", "call_tool"] as const) {
      const result = await call(name, { name: "list_jobs", arguments: {} });
      expect(result.structuredContent).toMatchObject({ count: 1 });
      expect(JSON.stringify(result.content)).toContain("nightly");
    }
  });

  test("takes arguments that were written as text", async () => {
    const { place, call } = calling();
    await using _ = place;
    expect((await call("call_tool", { name: "list_jobs", arguments: "{}" })).isError).toBeUndefined();
  });

  test("through the reading one changes nothing", async () => {
    const { place, call } = calling();
    await using _ = place;
    for (const name of ["cancel_run", "databricks_cancel_run", "execute_sql"]) {
      const result = await call("call_reading_tool", { name, arguments: { run_id: "7" } });
      expect(JSON.stringify(result)).toContain("error_code: read_only");
    }
    expect(place.bench.server.received).toEqual([]);
  });

  test("of what is switched off is none", async () => {
    const { place, call } = calling({ ...all, readOnly: true });
    await using _ = place;
    for (const name of ["call_reading_tool", "call_tool"] as const) {
      const outcome = await call(name, { name: "cancel_run", arguments: { run_id: "7" } }).catch(
        (error: unknown) => error,
      );
      expect(String(outcome)).toContain("only reading is allowed");
    }
    const nested = await call("call_tool", { name: "call_tool", arguments: {} }).catch((error: unknown) => error);
    expect(String(nested)).toContain("Unknown tool");
    expect(place.bench.server.received).toEqual([]);
  });

  test.each([
    [{}],
    [{ name: 7 }],
    [{ name: "list_jobs", arguments: [] }],
    [{ name: "list_jobs", arguments: "{" }],
    [{ name: "list_jobs", limit: 3 }],
  ])("that is none says what it takes: %p", async (given) => {
    const { place, call } = calling();
    await using _ = place;
    expect(JSON.stringify(await call("call_tool", given))).toContain("error_code: invalid_input");
    expect(place.bench.server.received).toEqual([]);
  });

  test("without a query shows every name; a limit that is none is refused", async () => {
    const { place, call } = calling();
    await using _ = place;
    const { structuredContent } = await call("search_tools", {});
    expect((structuredContent as { rows: unknown[] }).rows).toHaveLength(selectTools(all).entries.length);
    expect((await call("search_tools", { query: "job", limit: 0 })).isError).toBe(true);
    const found = await call("search_tools", { query: "list jobs", limit: 1 });
    expect(found.structuredContent).toMatchObject({ tools: [{ name: "list_jobs" }], hint: expect.any(String) });
    expect(JSON.stringify(found.content)).toContain("input_schema");
  });
});
