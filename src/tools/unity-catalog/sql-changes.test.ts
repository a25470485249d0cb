// What only SQL can change: statements that hold together whatever is in their names and texts, shown before they are run.
import { describe, expect, test } from "bun:test";
import { parse } from "yaml";
import { refusal } from "../../workspace/testing.ts";
import { bench, me } from "../testing.ts";
import { statementsOf, warehouseRoutes } from "../testing-sql.ts";
import { dataType, fragment } from "./fragments.ts";

const base = "/api/2.1/unity-catalog";
const table = {
  name: "t",
  full_name: "c.s.t",
  catalog_name: "c",
  schema_name: "s",
  row_filter: { function_name: "c.s.old", input_column_names: ["a"] },
  columns: [{ name: "Email", type_text: "string", mask: { function_name: "c.s.m", using_column_names: ["b"] } }],
};
const routes = { ...warehouseRoutes(), [`GET ${base}/tables/c.s.t`]: () => table };

describe("pieces of SQL", () => {
  test.each(["a > 1", "f(a, ')') = ';'", "x IN (1, 2) AND `a;b` = 1", "CASE WHEN a THEN b END", "a[0]"])(
    "%s",
    (text) => {
      expect(fragment(` ${text} `, "where")).toBe(text);
    },
  );
  test.each([
    "1) OR (1 = 1",
    "1; DROP TABLE x",
    "a -- b",
    "a /* b */",
    "(a",
    "",
    "'a\\' OR 1 = 1",
    "a -- \\\n",
    "a)) UNION SELECT ((1",
    "(a]",
    "a -${spark.x}- b",
  ])("not %p", (text) => {
    expect(() => fragment(text, "where")).toThrow();
  });
  test.each(["DECIMAL(10, 2)", "ARRAY<STRUCT<a: INT>>", "string"])("type %s", (text) => {
    expect(dataType(text).replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });
  test.each(["INT) RETURN 1 --", "INT, b INT; DROP", "'x'", "ARRAY<INT", "INT>", "", "(INT)", "INT)("])(
    "no type %p",
    (text) => {
      expect(() => dataType(text)).toThrow("is not a data type");
    },
  );
});

describe("tags", () => {
  test("names and values are texts, whatever is in them", async () => {
    await using it = bench(routes);
    const { data } = await it.call("set_tags", {
      object_type: "table",
      full_name: "c.s.`t``x`",
      tags: { "it's": "'); DROP TABLE c.s.t; --", empty: "" },
    });
    expect(data).toMatchObject({ state: "SUCCEEDED", warehouse_id: "w1", full_name: "c.s.`t``x`" });
    await it.call("set_tags", { securable_type: "table", full_name: "c.s.t", column_name: "a b", tags: { pii: "1" } });
    await it.call("set_tags", { securable_type: "catalog", full_name: "my-cat", tags: { a: "b" } });
    await it.call("unset_tags", { securable_type: "volume", full_name: "c.s.v", tag_names: ["a'b"] });
    expect(statementsOf(it)).toEqual([
      "ALTER TABLE `c`.`s`.`t``x` SET TAGS ('it\\u0027s' = '\\u0027); DROP TABLE c.s.t; --', 'empty' = '')",
      "ALTER TABLE `c`.`s`.`t` ALTER COLUMN `a b` SET TAGS ('pii' = '1')",
      "ALTER CATALOG `my-cat` SET TAGS ('a' = 'b')",
      "ALTER VOLUME `c`.`s`.`v` UNSET TAGS ('a\\u0027b')",
    ]);
    const wrong = { securable_type: "schema", full_name: "c.s", column_name: "x", tags: { a: "b" } };
    expect((await it.failure("set_tags", wrong)).code).toBe("invalid_input");
    expect((await it.failure("set_tags", { ...wrong, column_name: undefined, tags: {} })).code).toBe("invalid_input");
  });

  test("are asked for with parameters, never with the values in the statement", async () => {
    await using it = bench(warehouseRoutes({ columns: ["catalog_name", "tag_name"], rows: [["c", "pii"]] }));
    const { data } = await it.call("query_tags", { tag_name: "x' OR 1=1 --", catalog_filter: "c", max_rows: 5 });
    expect(data).toMatchObject({ rows: [["c", "pii"]], truncated: false });
    const [sent] = it.sent("POST /api/2.0/sql/statements");
    expect(sent?.["statement"]).toBe(
      "SELECT catalog_name, schema_name, table_name, tag_name, tag_value FROM system.information_schema.table_tags WHERE tag_name = :tag_name AND catalog_name = :catalog_name ORDER BY catalog_name, schema_name, table_name, tag_name LIMIT 6",
    );
    expect(sent?.["parameters"]).toEqual([
      { name: "tag_name", value: "x' OR 1=1 --", type: "STRING" },
      { name: "catalog_name", value: "c", type: "STRING" },
    ]);
    await it.call("query_tags", { securable_type: "catalog", schema: "s", table: "t" });
    expect(statementsOf(it)[1]).not.toContain("WHERE");
  });
});

test("comments go over the API where it takes them, else by SQL", async () => {
  await using it = bench({ ...routes, [`PATCH ${base}/schemas/c.s`]: () => ({}) });
  await it.call("set_comment", { securable_type: "schema", full_name: "c.s", comment: "x" });
  expect(it.sent(`PATCH ${base}/schemas/c.s`)).toEqual([{ comment: "x" }]);
  await it.call("set_comment", { object_type: "table", full_name: "c.s.t", comment_text: "a\\'; DROP" });
  await it.call("set_comment", { securable_type: "view", full_name: "c.s.t", column_name: "x", comment: "" });
  expect(statementsOf(it)).toEqual([
    "COMMENT ON TABLE `c`.`s`.`t` IS 'a\\\\\\u0027; DROP'",
    "COMMENT ON COLUMN `c`.`s`.`t`.`x` IS NULL",
  ]);
});

describe("row filters and masks", () => {
  test("are shown before they are set", async () => {
    await using it = bench(routes);
    const filter = { table: "c.s.t", filter_function: "c.s.mine", filter_columns: ["owner", "x`y"] };
    const dry = await it.call("set_row_filter", { ...filter, dry_run: true });
    expect(dry.data).toEqual({
      table: "c.s.t",
      before: "c.s.old(a)",
      after: "c.s.mine(owner, x`y)",
      dry_run: true,
      sql: "ALTER TABLE `c`.`s`.`t` SET ROW FILTER `c`.`s`.`mine` ON (`owner`, `x``y`)",
      state: "DRY_RUN",
    });
    const mask = { table: "c.s.t", column_name: "email", function: "c.s.hide", using_columns: ["region"] };
    const dryMask = await it.call("set_column_mask", { ...mask, dry_run: true });
    expect(dryMask.data).toMatchObject({ before: "c.s.m(Email, b)", after: "c.s.hide(email, region)" });
    expect(
      (await it.call("drop_column_mask", { table: "c.s.t", column_name: "email", dry_run: true })).data,
    ).toMatchObject({
      before: "c.s.m(Email, b)",
      sql: "ALTER TABLE `c`.`s`.`t` ALTER COLUMN `email` DROP MASK",
    });
    expect(statementsOf(it)).toEqual([]);
    await it.call("set_column_mask", mask);
    await it.call("drop_row_filter", { table_name: "c.s.t" });
    expect(statementsOf(it)).toEqual([
      "ALTER TABLE `c`.`s`.`t` ALTER COLUMN `email` SET MASK `c`.`s`.`hide` USING COLUMNS (`region`)",
      "ALTER TABLE `c`.`s`.`t` DROP ROW FILTER",
    ]);
    expect((await it.failure("drop_column_mask", { table: "c.s.t", column_name: "none" })).code).toBe("not_found");
  });

  test("are told with the table", async () => {
    await using it = bench(routes);
    const { data } = await it.call("get_table", { table: "c.s.t" });
    expect(data).toMatchObject({ row_filter: "c.s.old(a)", columns: expect.arrayContaining(["mask"]) });
  });

  test("are functions with any number of parameters", async () => {
    await using it = bench(routes);
    const made = {
      function_name: "c.s.mine",
      parameters: [
        { name: "owner", type: "STRING" },
        { name: "n", type: "decimal(10,2)" },
      ],
      return_type: "BOOLEAN",
      function_body: "RETURN owner = current_user() OR n > 1",
      comment: "who's",
    };
    await it.call("create_function", { ...made, replace: true });
    expect(statementsOf(it)).toEqual([
      "CREATE OR REPLACE FUNCTION `c`.`s`.`mine`(`owner` STRING, `n` decimal ( 10 , 2 )) RETURNS BOOLEAN COMMENT 'who\\u0027s' RETURN owner = current_user() OR n > 1",
    ]);
    expect((await it.failure("create_function", { ...made, function_body: "1; DROP TABLE x" })).code).toBe(
      "invalid_input",
    );
    expect((await it.failure("create_function", { ...made, return_type: "INT RETURN 1; --" })).code).toBe(
      "invalid_input",
    );
  });
});

test("a table is made with its columns", async () => {
  await using it = bench(routes);
  await it.call("create_table", {
    table: "c.s.new",
    columns: [
      { name: "id", type: "BIGINT", nullable: false },
      { name: "it's", type: "ARRAY<STRING>", comment: "x'" },
    ],
    cluster_by: ["id"],
    storage_location: "s3://b/'x",
  });
  expect(statementsOf(it)).toEqual([
    "CREATE TABLE `c`.`s`.`new` (`id` BIGINT NOT NULL, `it's` ARRAY < STRING > COMMENT 'x\\u0027') CLUSTER BY (`id`) LOCATION 's3://b/\\u0027x'",
  ]);
  expect((await it.failure("create_table", { table: "c.s.x", columns: [] })).code).toBe("invalid_input");
});

test.each([
  ["[TABLE_OR_VIEW_NOT_FOUND] no", "not_found"],
  ["[INSUFFICIENT_PERMISSIONS] no", "permission_denied"],
  ["[PARSE_SYNTAX_ERROR] no", "invalid_input"],
  ["something else", "workspace_error"],
])("a statement that fails is an error: %s", async (failure, code) => {
  await using it = bench(warehouseRoutes({ failure }));
  const error = await it.failure("set_tags", { securable_type: "table", full_name: "c.s.t", tags: { a: "b" } });
  expect([String(error.code), error.message]).toEqual([code, failure]);
});

describe("metric views", () => {
  const view = {
    metric_view: "c.s.m",
    source: "c.s.orders",
    comment: "Orders: all # of them",
    filter: "status = 'a: b'",
    dimensions: [{ name: "Order Month", expr: "date_trunc('MONTH', `day`)", comment: "- yes" }],
    measures: [{ name: "Total: #", expr: "SUM(CASE WHEN x = ':' THEN 1 END) -- all" }],
    joins: [{ name: "customer", source: "c.s.customers", on: "source.id = customer.id" }],
  };
  const yamlOf = (sql: string): unknown => parse(/\$\$\n(.*)\$\$$/s.exec(sql)?.[1] ?? "");

  test("are written in YAML that says what was meant", async () => {
    await using it = bench(routes);
    await it.call("create_metric_view", { ...view, or_replace: true });
    const [sql = ""] = statementsOf(it);
    expect(sql).toStartWith(
      "CREATE OR REPLACE VIEW `c`.`s`.`m` WITH METRICS LANGUAGE YAML AS $$\nversion: 1.1\ncomment:",
    );
    const { metric_view: _name, ...definition } = view;
    expect(yamlOf(sql)).toEqual({ version: 1.1, ...definition });
  });

  test("cannot end the quotes around them", async () => {
    await using it = bench(routes);
    const comment = "$$; DROP TABLE c.s.t; --";
    await it.call("alter_metric_view", { ...view, comment });
    const [sql = ""] = statementsOf(it);
    expect(sql.split("$$")).toHaveLength(3);
    expect(yamlOf(sql)).toMatchObject({ comment });
  });

  test("cannot hold a variable, which may become nothing between two signs", async () => {
    await using it = bench(routes);
    const comment = "a $${x}$ b";
    await it.call("alter_metric_view", { ...view, comment });
    const [sql = ""] = statementsOf(it);
    expect(sql.replaceAll(/\$\{\S+?\}/g, "").split("$$")).toHaveLength(3);
    expect(yamlOf(sql)).toMatchObject({ comment });
  });

  test("are asked by measures and dimensions", async () => {
    await using it = bench(routes);
    const asked = { metric_view: "c.s.m", measures: ["Total: #"], dimensions: ["Order Month"], limit: 3 };
    await it.call("query_metric_view", { ...asked, where: "`Order Month` > '2024-01-01'", order_by: "ALL" });
    await it.call("query_metric_view", { metric_view: "c.s.m", measures: ["a`b"] });
    expect(statementsOf(it)).toEqual([
      "SELECT `Order Month`, MEASURE(`Total: #`) AS `Total: #` FROM `c`.`s`.`m` WHERE (`Order Month` > '2024-01-01') GROUP BY ALL ORDER BY ALL LIMIT 4",
      "SELECT MEASURE(`a``b`) AS `a``b` FROM `c`.`s`.`m` LIMIT 101",
    ]);
    for (const wrong of [
      { where: "1) UNION SELECT (1" },
      { order_by: "1; DROP TABLE x" },
      { measures: [], dimensions: [] },
    ]) {
      expect((await it.failure("query_metric_view", { ...asked, ...wrong })).code).toBe("invalid_input");
    }
    expect(statementsOf(it)).toHaveLength(2);
  });

  test("are told with their kinds of columns, and dropped", async () => {
    const json = JSON.stringify({
      type: "METRIC_VIEW",
      view_text: "version: 1.1",
      columns: [
        { name: "Order Month", type: { name: "date" }, metadata: { "metric_view.type": "dimension" } },
        { name: "Total", type: { name: "bigint" }, is_measure: true },
      ],
    });
    await using it = bench(warehouseRoutes({ rows: [[json]] }));
    const { data } = await it.call("get_metric_view", { metric_view: "c.s.m" });
    expect(data).toMatchObject({
      type: "METRIC_VIEW",
      definition: "version: 1.1",
      rows: [
        ["Order Month", "dimension", "date", null],
        ["Total", "measure", "bigint", null],
      ],
    });
    await it.call("drop_metric_view", { full_name: "c.s.m" });
    expect(statementsOf(it)).toEqual(["DESCRIBE TABLE EXTENDED `c`.`s`.`m` AS JSON", "DROP VIEW `c`.`s`.`m`"]);
  });
});

describe("monitors", () => {
  const path = `${base}/tables/c.s.t/monitor`;
  const echo = (_request: unknown, json: Record<string, unknown>) => ({ ...json, status: "MONITOR_STATUS_PENDING" });

  test("are snapshots, time series, or of a model's answers", async () => {
    await using it = bench({ ...me, [`POST ${path}`]: echo });
    const wish = { table_name: "c.s.t", output_schema_name: "c.out" };
    const { data } = await it.call("create_monitor", { ...wish, schedule_cron: "0 0 12 * * ?" });
    expect(data).toMatchObject({ status: "PENDING", kind: "snapshot", schedule: "0 0 12 * * ?, UTC" });
    await it.call("create_monitor", { ...wish, timestamp_column: "at", assets_dir: "/x" });
    const model = { problem_type: "PROBLEM_TYPE_REGRESSION", prediction_column: "p", model_column: "m" };
    await it.call("create_monitor", { ...wish, timestamp_column: "at", assets_dir: "/x", model });
    expect(it.sent(`POST ${path}`)).toEqual([
      {
        output_schema_name: "c.out",
        assets_dir: "/Workspace/Users/me@example.com/databricks_lakehouse_monitoring/c_s_t",
        snapshot: {},
        schedule: { quartz_cron_expression: "0 0 12 * * ?", timezone_id: "UTC" },
      },
      { output_schema_name: "c.out", assets_dir: "/x", time_series: { timestamp_col: "at", granularities: ["1 day"] } },
      {
        output_schema_name: "c.out",
        assets_dir: "/x",
        inference_log: {
          timestamp_col: "at",
          granularities: ["1 day"],
          problem_type: "PROBLEM_TYPE_REGRESSION",
          prediction_col: "p",
          model_id_col: "m",
        },
      },
    ]);
    expect((await it.failure("create_monitor", { ...wish, model })).code).toBe("invalid_input");
  });

  test("are reached over the API that takes the place of the older one, where that is gone", async () => {
    const place = "/api/data-quality/v1/monitors";
    const profiled = {
      object_id: "t-1",
      data_profiling_config: {
        status: "DATA_PROFILING_STATUS_ACTIVE",
        output_schema_id: "s-1",
        profile_metrics_table_name: "c.out.t_profile_metrics",
        time_series: { timestamp_column: "at", granularities: ["AGGREGATION_GRANULARITY_5_MINUTES"] },
        schedule: {
          quartz_cron_expression: "0 0 12 * * ?",
          timezone_id: "UTC",
          pause_status: "CRON_SCHEDULE_PAUSE_STATUS_PAUSED",
        },
      },
    };
    const refreshed = {
      refresh_id: 7,
      state: "MONITOR_REFRESH_STATE_RUNNING",
      trigger: "MONITOR_REFRESH_TRIGGER_MANUAL",
    };
    await using it = bench({
      [`GET ${base}/tables/c.s.t`]: () => ({ ...table, table_id: "t-1" }),
      [`GET ${base}/schemas/c.out`]: () => ({ name: "out", catalog_name: "c", schema_id: "s-1" }),
      [`POST ${place}`]: () => profiled,
      [`GET ${place}/table/t-1`]: () => profiled,
      [`POST ${place}/table/t-1/refreshes`]: () => refreshed,
      [`GET ${place}/table/t-1/refreshes`]: ({ search }) =>
        search.includes("page_token") ? { refreshes: [refreshed] } : { next_page_token: "n" },
      [`DELETE ${place}/table/t-1`]: () => new Response(null, { status: 200 }),
    });
    const wish = { table: "c.s.t", output_schema: "c.out", assets_dir: "/x", timestamp_column: "at" };
    const { data } = await it.call("create_monitor", {
      ...wish,
      granularities: ["5 minutes"],
      schedule_cron: "0 0 12 * * ?",
    });
    expect(data).toMatchObject({
      status: "ACTIVE",
      kind: "time series by at, 5 minutes",
      schedule: "0 0 12 * * ?, UTC, PAUSED",
      output_schema: "c.out",
    });
    const model = {
      problem_type: "PROBLEM_TYPE_REGRESSION",
      prediction_column: "p",
      model_column: "m",
      label_column: "l",
    };
    await it.call("create_monitor", { ...wish, model });
    expect(it.sent(`POST ${place}`)).toEqual([
      {
        object_type: "table",
        object_id: "t-1",
        data_profiling_config: {
          assets_dir: "/x",
          output_schema_id: "s-1",
          time_series: { timestamp_column: "at", granularities: ["AGGREGATION_GRANULARITY_5_MINUTES"] },
          schedule: { quartz_cron_expression: "0 0 12 * * ?", timezone_id: "UTC" },
        },
      },
      {
        object_type: "table",
        object_id: "t-1",
        data_profiling_config: {
          assets_dir: "/x",
          output_schema_id: "s-1",
          inference_log: {
            timestamp_column: "at",
            granularities: ["AGGREGATION_GRANULARITY_1_DAY"],
            prediction_column: "p",
            model_id_column: "m",
            problem_type: "INFERENCE_PROBLEM_TYPE_REGRESSION",
            label_column: "l",
          },
        },
      },
    ]);
    expect((await it.call("refresh_monitor", { table: "c.s.t" })).data).toMatchObject({
      refresh_id: "7",
      state: "RUNNING",
    });
    expect((await it.call("list_monitor_refreshes", { table: "c.s.t" })).data["rows"]).toEqual([
      ["7", "RUNNING", "MANUAL", null, null, null],
    ]);
    expect((await it.call("get_monitor", { table: "c.s.t" })).data["status"]).toBe("ACTIVE");
    expect((await it.call("delete_monitor", { table: "c.s.t" })).data["deleted"]).toBe(true);
  });

  test("that are not there are not looked for elsewhere", async () => {
    await using it = bench({ [`GET ${path}`]: () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "no monitor") });
    expect((await it.failure("get_monitor", { table: "c.s.t" })).message).toContain("no monitor");
    expect(it.server.received).toHaveLength(1);
  });

  test("are refreshed, and ids beyond 2^53 stay whole", async () => {
    const refresh = new Response(
      '{"refresh_id": 9007199254740993123, "state": "PENDING", "start_time_ms": 1790000000000}',
    );
    await using it = bench({
      [`POST ${path}/refreshes`]: () => refresh,
      [`GET ${path}/refreshes`]: () => ({
        refreshes: [
          { refresh_id: 1, state: "SUCCESS", start_time_ms: 1 },
          { refresh_id: 2, state: "RUNNING", start_time_ms: 2_000 },
        ],
      }),
      [`GET ${path}`]: () => ({
        status: "MONITOR_STATUS_ACTIVE",
        snapshot: {},
        drift_metrics_table_name: "c.out.t_drift_metrics",
      }),
      [`DELETE ${path}`]: () => new Response(null, { status: 200 }),
    });
    expect((await it.call("refresh_monitor", { table: "c.s.t" })).data["refresh_id"]).toBe("9007199254740993123");
    expect((await it.call("list_monitor_refreshes", { table: "c.s.t", limit: 1 })).data).toMatchObject({
      rows: [["2", "RUNNING", null, "1970-01-01T00:00:02Z", null, null]],
      truncated: true,
    });
    expect((await it.call("get_monitor", { table: "c.s.t" })).data).toMatchObject({ status: "ACTIVE" });
    expect((await it.call("delete_monitor", { table: "c.s.t" })).data["deleted"]).toBe(true);
  });
});
