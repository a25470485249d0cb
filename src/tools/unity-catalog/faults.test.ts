// Unity Catalog that misbehaves, callers that go away, and what is protected under another name.
import { describe, expect, test } from "bun:test";
import { bench } from "../testing.ts";
import { statementsOf, warehouseRoutes } from "../testing-sql.ts";
import { refusal } from "../../workspace/testing.ts";
import { loadTool } from "../toolsets.ts";
import type { Target } from "../targets.ts";

const base = "/api/2.1/unity-catalog";
const grants = `${base}/permissions/table/c.s.t`;
const wish = { securable_type: "table", full_name: "c.s.t" };

describe("a list", () => {
  test("goes on after 429 and 503 in its middle, and is whole", async () => {
    let asked = 0;
    await using it = bench({
      [`GET ${grants}`]: ({ search }) => {
        asked += 1;
        if (asked === 2) return refusal(429, "REQUEST_LIMIT_EXCEEDED", "slow down");
        if (asked === 3) return refusal(503, "TEMPORARILY_UNAVAILABLE", "later");
        const isSecond = new URLSearchParams(search).get("page_token") === "t";
        const privilege_assignments = [{ principal: isSecond ? "b" : "a", privileges: ["SELECT"] }];
        return isSecond ? { privilege_assignments } : { privilege_assignments, next_page_token: "t" };
      },
    });
    expect((await it.call("get_grants", wish)).data["total_matched"]).toBe(2);
    expect(asked).toBe(4);
  });

  test("is not half told where the sign-in ends in its middle", async () => {
    await using it = bench({
      [`GET ${grants}`]: ({ search }) =>
        search.includes("page_token")
          ? refusal(401, "UNAUTHENTICATED", "expired")
          : { privilege_assignments: [{ principal: "a", privileges: ["SELECT"] }], next_page_token: "t" },
    });
    expect((await it.failure("get_grants", wish)).code).toBe("token_rejected");
  });

  test("without a body is an error, and one of other fields holds nothing", async () => {
    await using it = bench({
      [`GET ${grants}`]: () => new Response("", { status: 200 }),
      [`GET ${base}/shares`]: () => ({ shares: "none", next_page_token: 5 }),
      [`GET ${base}/connections/x`]: () => ({ options: ["a"], owner: 7 }),
    });
    expect((await it.failure("get_grants", wish)).code).toBe("bad_response");
    expect((await it.call("list_securables", { securable_type: "share" })).data["total_matched"]).toBe(0);
    expect((await it.call("get_securable", { securable_type: "connection", full_name: "x" })).data["full_name"]).toBe(
      "",
    );
  });
});

test("what breaks is said, and what cannot be done twice is not sent twice", async () => {
  await using it = bench({
    [`GET ${grants}`]: () => ({}),
    [`PATCH ${grants}`]: () => refusal(500, "INTERNAL_ERROR", "broken"),
    [`POST ${base}/schemas`]: () => refusal(500, "INTERNAL_ERROR", "broken"),
  });
  const error = await it.failure("grant_privileges", { ...wish, principal: "a", privileges: ["SELECT"] });
  expect(error.message).toContain("broken");
  await it.failure("create_schema", { catalog: "c", schema: "s" });
  expect(it.sent(`POST ${base}/schemas`)).toHaveLength(1);
});

test("who goes away cancels the statement", async () => {
  const stop = new AbortController();
  const { "POST /api/2.0/sql/statements": _done, ...routes } = warehouseRoutes();
  await using it = bench(
    {
      ...routes,
      "POST /api/2.0/sql/statements": () => ({ statement_id: "s9", status: { state: "RUNNING" } }),
      "GET /api/2.0/sql/statements/s9": () => ({ statement_id: "s9", status: { state: "RUNNING" } }),
      "POST /api/2.0/sql/statements/s9/cancel": () => ({}),
    },
    { signal: stop.signal, onSleep: () => stop.abort() },
  );
  await it.call("set_tags", { ...wish, tags: { a: "b" } }).catch(() => undefined);
  expect(it.sent("POST /api/2.0/sql/statements/s9/cancel")).toHaveLength(1);
});

test("a statement that goes on is told with its handle", async () => {
  const { "POST /api/2.0/sql/statements": _done, ...routes } = warehouseRoutes();
  await using it = bench(
    {
      ...routes,
      "POST /api/2.0/sql/statements": () => ({ statement_id: "s9", status: { state: "PENDING" } }),
      "GET /api/2.0/sql/statements/s9": () => ({ statement_id: "s9", status: { state: "PENDING" } }),
    },
    { limits: { waitSeconds: 1 } },
  );
  const { data } = await it.call("set_tags", { ...wish, tags: { a: "b" } });
  expect(data).toMatchObject({
    statement_id: "s9",
    state: "PENDING",
    hint: expect.stringContaining("get_statement_result"),
  });
  expect(statementsOf(it)).toHaveLength(1);
});

describe("the question before a deletion", () => {
  const ask = async (args: object, routes: Parameters<typeof bench>[0]): Promise<string> => {
    await using it = bench(routes);
    const tool = await loadTool("delete_securable");
    return String(await tool?.confirm?.(tool.input.parse(args), it.context));
  };
  const force = { force: true };
  const named = (name: string) => ({ name, catalog_name: "c", schema_name: "s", full_name: `c.s.${name}` });

  test("names what goes with it", async () => {
    const schema = await ask(
      { securable_type: "schema", full_name: "c.s", ...force },
      {
        [`GET ${base}/tables`]: () => ({ tables: [named("t")] }),
        [`GET ${base}/volumes`]: () => ({ volumes: [named("v")] }),
      },
    );
    expect(schema).toBe("Delete the schema “c.s” with all that is in it, for good: “c.s.t”, “c.s.v”?");
    const catalog = await ask(
      { securable_type: "catalog", full_name: "c", ...force },
      {
        [`GET ${base}/schemas`]: () => ({
          schemas: ["a", "information_schema"].map((name) => ({ name, catalog_name: "c", full_name: `c.${name}` })),
        }),
      },
    );
    expect(catalog).toContain("for good: “c.a”?");
  });

  test("is asked also where nothing of it can be seen", async () => {
    expect(await ask({ securable_type: "schema", full_name: "c.s", ...force }, {})).toContain("all that is in it");
    expect(await ask({ securable_type: "share", full_name: "s" }, {})).toBe("Delete the share “s”?");
  });
});

describe("what a call writes is known", () => {
  const routes = {
    [`GET ${base}/external-locations/l`]: () => ({ name: "l", url: "s3://prod/x" }),
    [`GET ${base}/tables/c.s.t/monitor`]: () => ({ output_schema_name: "prod.out" }),
    [`GET ${base}/shares/s`]: () => ({ objects: [{ name: "prod.s.t" }] }),
  };
  const targetsOf = async (name: string, args: object): Promise<readonly Target[]> => {
    await using it = bench(routes);
    const tool = await loadTool(name);
    return (await tool?.targets?.(tool.input.parse(args), it.context)) ?? [];
  };
  const named = (...name: string[]): Target => ({ kind: "securable", name });

  const cases: readonly (readonly [string, object, Target])[] = [
    [
      "delete_securable",
      { securable_type: "external_location", full_name: "l" },
      { kind: "path", path: "s3://prod/x" },
    ],
    ["update_external_location", { name: "l", comment: "x" }, { kind: "path", path: "s3://prod/x" }],
    ["validate_storage_credential", { name: "c", external_location: "l" }, { kind: "path", path: "s3://prod/x" }],
    ["refresh_monitor", { table: "c.s.t" }, named("prod", "out")],
    [
      "grant_privileges",
      { securable_type: "share", full_name: "s", principal: "p", privileges: ["SELECT"] },
      named("prod", "s", "t"),
    ],
    [
      "create_monitor",
      { table: "c.s.t", output_schema: "c.out", assets_dir: "/Workspace/Shared/prod" },
      { kind: "path", path: "/Workspace/Shared/prod" },
    ],
    ["update_securable", { securable_type: "share", full_name: "s", owner: "p" }, named("prod", "s", "t")],
    ["update_securable", { securable_type: "catalog", full_name: "dev", new_name: "prod" }, named("prod")],
    ["create_schema", { catalog: "`prod`", schema: "x" }, named("prod", "x")],
    ["create_volume", { catalog: " prod ", schema: "`x`", volume: "v" }, named("prod", "x", "v")],
    ["create_table", { table: "`prod`.x.y", columns: [] }, named("prod", "x", "y")],
    ["add_to_share", { share: "s", object: "`prod`.a.b" }, named("prod", "a", "b")],
    ["set_tags", { ...wish, full_name: "`prod`.a.b", tags: {} }, named("prod", "a", "b")],
  ];
  test.each(cases)("by %s %p", async (name, args, target) => {
    expect(await targetsOf(name, args)).toContainEqual(target);
  });
});
