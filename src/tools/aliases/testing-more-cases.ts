// The cases of Unity Catalog, dashboards, apps, Genie, vector search, Lakebase and the session.
import type { AliasCase } from "./testing-cases.ts";
import type { Arguments } from "./row.ts";

type Rest = Omit<AliasCase, "name" | "args" | "leads">;

function one(name: string, args: Arguments, leads: readonly [string, Arguments], rest: Rest = {}): AliasCase {
  return { name, args, leads: [leads], ...rest };
}

const uc = "manage_uc_objects";
const all = { limit: 500 };
const shown = (securable_type: string, full_name: string) => ({ securable_type, full_name });

const objects: readonly AliasCase[] = [
  one(uc, { object_type: "catalog", action: "create", name: "main", comment: "c" }, [
    "create_catalog",
    { catalog: "main", comment: "c" },
  ]),
  one(uc, { object_type: "catalog", action: "list" }, ["list_catalogs", all]),
  one(uc, { object_type: "catalog", action: "get", full_name: "main" }, ["get_securable", shown("catalog", "main")]),
  one(uc, { object_type: "catalog", action: "update", name: "main", isolation_mode: "ISOLATED" }, [
    "update_securable",
    { ...shown("catalog", "main"), isolation_mode: "ISOLATED" },
  ]),
  one(uc, { object_type: "catalog", action: "delete", name: "main", force: true }, [
    "delete_securable",
    { ...shown("catalog", "main"), force: true },
  ]),
  one(uc, { object_type: "schema", action: "create", name: "sales", catalog_name: "main" }, [
    "create_schema",
    { catalog: "main", schema: "sales" },
  ]),
  one(uc, { object_type: "schema", action: "list", catalog_name: "main" }, [
    "list_schemas",
    { catalog: "main", ...all },
  ]),
  one(uc, { object_type: "schema", action: "get", full_name: "main.sales" }, [
    "get_securable",
    shown("schema", "main.sales"),
  ]),
  one(uc, { object_type: "schema", action: "update", full_name: "main.sales", new_name: "sold" }, [
    "update_securable",
    { ...shown("schema", "main.sales"), new_name: "sold" },
  ]),
  one(uc, { object_type: "schema", action: "delete", catalog_name: "main", name: "sales" }, [
    "delete_securable",
    { ...shown("schema", "main.sales"), force: false },
  ]),
  one(
    uc,
    {
      object_type: "volume",
      action: "create",
      name: "raw",
      catalog_name: "main",
      schema_name: "sales",
      volume_type: "MANAGED",
    },
    ["create_volume", { catalog: "main", schema: "sales", volume: "raw" }],
  ),
  one(uc, { object_type: "volume", action: "list", catalog_name: "main", schema_name: "sales" }, [
    "list_volumes",
    { catalog: "main", schema: "sales", ...all },
  ]),
  one(uc, { object_type: "volume", action: "get", full_name: "main.sales.raw" }, [
    "get_securable",
    shown("volume", "main.sales.raw"),
  ]),
  one(uc, { object_type: "volume", action: "update", full_name: "main.sales.raw", comment: "c" }, [
    "update_securable",
    { ...shown("volume", "main.sales.raw"), comment: "c" },
  ]),
  one(uc, { object_type: "volume", action: "delete", full_name: "main.sales.raw" }, [
    "delete_securable",
    { ...shown("volume", "main.sales.raw"), force: false },
  ]),
  one(uc, { object_type: "function", action: "list", catalog_name: "main", schema_name: "sales" }, [
    "list_securables",
    { securable_type: "function", catalog: "main", schema: "sales", ...all },
  ]),
  one(uc, { object_type: "function", action: "get", full_name: "main.sales.f" }, [
    "get_securable",
    shown("function", "main.sales.f"),
  ]),
  one(uc, { object_type: "function", action: "update", full_name: "main.sales.f", owner: "ada" }, [
    "update_securable",
    { ...shown("function", "main.sales.f"), owner: "ada" },
  ]),
  one(uc, { object_type: "function", action: "delete", full_name: "main.sales.f" }, [
    "delete_securable",
    { ...shown("function", "main.sales.f"), force: false },
  ]),
];

const granted = {
  securable_type: "external-location",
  full_name: "lake",
  principal: "team",
  privileges: ["read files"],
};
const grantedOurs = { ...granted, securable_type: "external_location", privileges: ["READ_FILES"] };

const access: readonly AliasCase[] = [
  one("manage_uc_grants", { action: "grant", ...granted }, ["grant_privileges", grantedOurs]),
  one("manage_uc_grants", { action: "revoke", ...granted }, ["revoke_privileges", grantedOurs]),
  one("manage_uc_grants", { action: "get", ...shown("table", "a.b.c") }, ["get_grants", shown("table", "a.b.c")]),
  one("manage_uc_grants", { action: "get_effective", ...shown("table", "a.b.c") }, [
    "get_grants",
    { ...shown("table", "a.b.c"), effective: true },
  ]),
  ...(["credential", "external_location"] as const).flatMap((resource_type) => {
    const type = resource_type === "credential" ? "storage_credential" : resource_type;
    return [
      one("manage_uc_storage", { resource_type, action: "get", name: "lake" }, ["get_securable", shown(type, "lake")]),
      one("manage_uc_storage", { resource_type, action: "list" }, [
        "list_securables",
        { securable_type: type, ...all },
      ]),
      one("manage_uc_storage", { resource_type, action: "delete", name: "lake", force: true }, [
        "delete_securable",
        { ...shown(type, "lake"), force: true },
      ]),
    ];
  }),
  one("manage_uc_storage", { resource_type: "credential", action: "create", name: "key", aws_iam_role_arn: "arn:a" }, [
    "create_storage_credential",
    { name: "key", aws_iam_role_arn: "arn:a" },
  ]),
  one("manage_uc_storage", { resource_type: "credential", action: "update", name: "key", owner: "ada" }, [
    "update_storage_credential",
    { name: "key", owner: "ada" },
  ]),
  one("manage_uc_storage", { resource_type: "credential", action: "validate", name: "key", url: "s3://a" }, [
    "validate_storage_credential",
    { name: "key", url: "s3://a" },
  ]),
  one(
    "manage_uc_storage",
    {
      resource_type: "external_location",
      action: "create",
      name: "lake",
      url: "s3://a",
      credential_name: "key",
      read_only: true,
    },
    ["create_external_location", { name: "lake", url: "s3://a", credential_name: "key", read_only: true }],
  ),
  one("manage_uc_storage", { resource_type: "external_location", action: "update", name: "lake", comment: "c" }, [
    "update_external_location",
    { name: "lake", comment: "c" },
  ]),
  one(
    "manage_uc_connections",
    { action: "create", name: "pg", connection_type: "POSTGRESQL", options: { host: "h" } },
    ["create_connection", { name: "pg", connection_type: "POSTGRESQL", options: { host: "h" } }],
  ),
  one("manage_uc_connections", { action: "get", name: "pg" }, ["get_securable", shown("connection", "pg")]),
  one("manage_uc_connections", { action: "list" }, ["list_securables", { securable_type: "connection", ...all }]),
  one("manage_uc_connections", { action: "update", name: "pg", owner: "ada" }, [
    "update_connection",
    { name: "pg", owner: "ada" },
  ]),
  one("manage_uc_connections", { action: "delete", name: "pg" }, ["delete_securable", shown("connection", "pg")]),
  one(
    "manage_uc_connections",
    {
      action: "create_foreign_catalog",
      catalog_name: "far",
      connection_name: "pg",
      catalog_options: { database: "d" },
    },
    ["create_foreign_catalog", { catalog: "far", connection: "pg", options: { database: "d" } }],
  ),
];

const share = { resource_type: "share" };
const recipient = { resource_type: "recipient" };
const provider = { resource_type: "provider" };
const opened = { securable_type: "share", full_name: "sold", principal: "acme", privileges: ["SELECT"] };

const sharing: readonly AliasCase[] = [
  one("manage_uc_sharing", { ...share, action: "create", name: "sold" }, ["create_share", { name: "sold" }]),
  one("manage_uc_sharing", { ...share, action: "get", name: "sold" }, ["get_securable", shown("share", "sold")]),
  one("manage_uc_sharing", { ...share, action: "list" }, ["list_securables", { securable_type: "share", ...all }]),
  one("manage_uc_sharing", { ...share, action: "delete", name: "sold" }, ["delete_securable", shown("share", "sold")]),
  one("manage_uc_sharing", { ...share, action: "add_table", name: "sold", table_name: "a.b.c", shared_as: "b.d" }, [
    "add_to_share",
    { share: "sold", object: "a.b.c", shared_as: "b.d" },
  ]),
  one("manage_uc_sharing", { ...share, action: "remove_table", name: "sold", table_name: "a.b.c" }, [
    "remove_from_share",
    { share: "sold", object: "a.b.c" },
  ]),
  one("manage_uc_sharing", { ...share, action: "grant_to_recipient", share_name: "sold", recipient_name: "acme" }, [
    "grant_privileges",
    opened,
  ]),
  one("manage_uc_sharing", { ...share, action: "revoke_from_recipient", share_name: "sold", recipient_name: "acme" }, [
    "revoke_privileges",
    opened,
  ]),
  one(
    "manage_uc_sharing",
    { ...recipient, action: "create", name: "acme", authentication_type: "DATABRICKS", sharing_id: "aws:us:1" },
    ["create_recipient", { name: "acme", sharing_identifier: "aws:us:1" }],
  ),
  one("manage_uc_sharing", { ...recipient, action: "get", name: "acme" }, [
    "get_securable",
    shown("recipient", "acme"),
  ]),
  one("manage_uc_sharing", { ...recipient, action: "list" }, [
    "list_securables",
    { securable_type: "recipient", ...all },
  ]),
  one("manage_uc_sharing", { ...recipient, action: "delete", name: "acme" }, [
    "delete_securable",
    shown("recipient", "acme"),
  ]),
  one("manage_uc_sharing", { ...recipient, action: "rotate_token", name: "acme" }, [
    "rotate_recipient_token",
    { name: "acme" },
  ]),
  one("manage_uc_sharing", { ...provider, action: "get", name: "p" }, ["get_securable", shown("provider", "p")]),
  one("manage_uc_sharing", { ...provider, action: "list" }, [
    "list_securables",
    { securable_type: "provider", ...all },
  ]),
  one("manage_uc_sharing", { ...provider, action: "list_shares", name: "p" }, [
    "list_provider_shares",
    { provider: "p", ...all },
  ]),
];

const view = { full_name: "a.b.v" };
const measures = [{ name: "total", expr: "sum(x)" }];

const tables: readonly AliasCase[] = [
  one(
    "manage_uc_tags",
    { action: "set_tags", object_type: "column", full_name: "a.b.c", column_name: "x", tags: { pii: "1" } },
    ["set_tags", { ...shown("table", "a.b.c"), column_name: "x", tags: { pii: "1" } }],
  ),
  one("manage_uc_tags", { action: "unset_tags", object_type: "schema", full_name: "a.b", tag_names: ["pii"] }, [
    "unset_tags",
    { ...shown("schema", "a.b"), tag_names: ["pii"] },
  ]),
  one("manage_uc_tags", { action: "set_comment", object_type: "table", full_name: "a.b.c", comment_text: "c" }, [
    "set_comment",
    { ...shown("table", "a.b.c"), comment: "c" },
  ]),
  one("manage_uc_tags", { action: "query_table_tags", catalog_filter: "a", limit: 5 }, [
    "query_tags",
    { securable_type: "table", catalog: "a", max_rows: 5 },
  ]),
  one("manage_uc_tags", { action: "query_column_tags", tag_name_filter: "pii", table_name_filter: "c" }, [
    "query_tags",
    { securable_type: "column", tag_name: "pii", table: "c" },
  ]),
  one(
    "manage_uc_security_policies",
    { action: "set_row_filter", table_name: "a.b.c", filter_function: "a.b.f", filter_columns: ["x"] },
    ["set_row_filter", { table: "a.b.c", function: "a.b.f", column_names: ["x"] }],
  ),
  one("manage_uc_security_policies", { action: "drop_row_filter", table_name: "a.b.c" }, [
    "drop_row_filter",
    { table: "a.b.c" },
  ]),
  one(
    "manage_uc_security_policies",
    { action: "set_column_mask", table_name: "a.b.c", column_name: "x", mask_function: "a.b.f" },
    ["set_column_mask", { table: "a.b.c", column_name: "x", function: "a.b.f" }],
  ),
  one("manage_uc_security_policies", { action: "drop_column_mask", table_name: "a.b.c", column_name: "x" }, [
    "drop_column_mask",
    { table: "a.b.c", column_name: "x" },
  ]),
  one(
    "manage_uc_security_policies",
    {
      action: "create_security_function",
      function_name: "a.b.f",
      parameter_name: "x",
      parameter_type: "STRING",
      return_type: "BOOLEAN",
      function_body: "RETURN x = 'EU'",
    },
    [
      "create_function",
      {
        function: "a.b.f",
        returns: "BOOLEAN",
        parameters: [{ name: "x", type: "STRING" }],
        body: "x = 'EU'",
        replace: true,
      },
    ],
  ),
  one("manage_uc_monitors", { action: "create", table_name: "a.b.c" }, [
    "create_monitor",
    { table: "a.b.c", output_schema: "a.b", schedule_timezone: "UTC" },
  ]),
  one("manage_uc_monitors", { action: "get", table_name: "a.b.c" }, ["get_monitor", { table: "a.b.c" }]),
  one("manage_uc_monitors", { action: "run_refresh", table_name: "a.b.c" }, ["refresh_monitor", { table: "a.b.c" }]),
  one("manage_uc_monitors", { action: "list_refreshes", table_name: "a.b.c" }, [
    "list_monitor_refreshes",
    { table: "a.b.c" },
  ]),
  one("manage_uc_monitors", { action: "delete", table_name: "a.b.c" }, ["delete_monitor", { table: "a.b.c" }]),
  one("manage_metric_views", { action: "create", ...view, source: "a.b.c", measures, or_replace: true }, [
    "create_metric_view",
    { metric_view: "a.b.v", source: "a.b.c", measures, version: "1.1", replace: true },
  ]),
  one("manage_metric_views", { action: "alter", ...view, source: "a.b.c", measures, filter_expr: "x > 1" }, [
    "alter_metric_view",
    { metric_view: "a.b.v", source: "a.b.c", measures, version: "1.1", filter: "x > 1" },
  ]),
  one("manage_metric_views", { action: "describe", ...view }, ["get_metric_view", { metric_view: "a.b.v" }]),
  one("manage_metric_views", { action: "query", ...view, query_measures: ["total"], limit: 5 }, [
    "query_metric_view",
    { metric_view: "a.b.v", measures: ["total"], max_rows: 5 },
  ]),
  one("manage_metric_views", { action: "drop", ...view }, ["drop_metric_view", { metric_view: "a.b.v" }]),
  one("manage_metric_views", { action: "grant", ...view, principal: "team", privileges: ["SELECT"] }, [
    "grant_privileges",
    { securable_type: "table", full_name: "a.b.v", principal: "team", privileges: ["SELECT"] },
  ]),
];

const document = {
  display_name: "Sales",
  parent_path: "/Shared",
  serialized_dashboard: '{"pages":[]}',
  warehouse_id: "w",
};
const created = { name: "Sales", folder: "/Shared", definition: '{"pages":[]}', warehouse_id: "w", overwrite: true };
const dash = { dashboard_id: "d-1" };
const publishing: Rest = {
  gave: dash,
  after: ["publish_dashboard", { ...dash, warehouse_id: "w", embed_credentials: true }],
};

const dashboards: readonly AliasCase[] = [
  one("manage_dashboard", { action: "create_or_update", ...document }, ["create_dashboard", created], publishing),
  one("manage_dashboard", { action: "get", ...dash }, ["get_dashboard", dash]),
  one("manage_dashboard", { action: "list" }, ["list_dashboards", { limit: 200 }]),
  one("manage_dashboard", { action: "delete", ...dash }, ["delete_dashboard", dash]),
  one("manage_dashboard", { action: "publish", ...dash, warehouse_id: "w", embed_credentials: false }, [
    "publish_dashboard",
    { ...dash, warehouse_id: "w", embed_credentials: false },
  ]),
  one("manage_dashboard", { action: "unpublish", ...dash }, ["unpublish_dashboard", dash]),
  one("create_or_update_dashboard", document, ["create_dashboard", created], publishing),
  one("get_dashboard", dash, ["get_dashboard", dash]),
  one("get_dashboard", { page_size: 5 }, ["list_dashboards", { limit: 5 }]),
  one("list_dashboards", { page_size: 5 }, ["list_dashboards", { limit: 5 }]),
  one("delete_dashboard", dash, ["delete_dashboard", dash]),
  one("trash_dashboard", dash, ["delete_dashboard", dash]),
  one("publish_dashboard", { ...dash, warehouse_id: "w" }, [
    "publish_dashboard",
    { ...dash, warehouse_id: "w", embed_credentials: true },
  ]),
  one("publish_dashboard", { ...dash, publish: false }, ["unpublish_dashboard", dash]),
  one("unpublish_dashboard", dash, ["unpublish_dashboard", dash]),
];

const shop = { name: "shop" };
const source = "/Workspace/Users/ada/shop";

const apps: readonly AliasCase[] = [
  one(
    "manage_app",
    { action: "create_or_update", ...shop, description: "d", source_code_path: source },
    ["create_app", { ...shop, description: "d" }],
    { found: null, gave: shop, after: ["deploy_app", { ...shop, source_path: source }] },
  ),
  {
    name: "manage_app",
    args: { action: "get", ...shop, include_logs: true },
    leads: [
      ["get_app", shop],
      ["get_app_logs", shop],
    ],
  },
  one("manage_app", { action: "list", name_contains: "sh" }, ["list_apps", { name_filter: "sh", limit: 20 }]),
  one("manage_app", { action: "delete", ...shop }, ["delete_app", shop]),
  one("create_or_update_app", { ...shop, source_code_path: source }, ["deploy_app", { ...shop, source_path: source }], {
    found: shop,
  }),
  one("create_or_update_app", { ...shop, description: "d" }, ["update_app", { ...shop, description: "d" }], {
    found: shop,
  }),
  one("get_app", { name_contains: "sh" }, ["list_apps", { name_filter: "sh", limit: 20 }]),
  one("get_app", shop, ["get_app", shop]),
  one("create_app", { ...shop, description: "d" }, ["create_app", { ...shop, description: "d" }]),
  one("list_apps", { limit: 5 }, ["list_apps", { limit: 5 }]),
  one("deploy_app", { app_name: "shop", source_code_path: source, mode: "SNAPSHOT" }, [
    "deploy_app",
    { ...shop, source_path: source, mode: "SNAPSHOT" },
  ]),
  one("delete_app", shop, ["delete_app", shop]),
  one("get_app_logs", { app_name: "shop" }, ["get_app_logs", shop]),
];

const asked = { space_id: "s-1", question: "How many?" };
const space = { display_name: "Sales", table_identifiers: ["a.b.c"], sample_questions: ["How many?"] };
const spaceOurs = { name: "Sales", tables: ["a.b.c"], sample_questions: ["How many?"] };
const none: Rest = { found: { columns: ["space_id", "name"], rows: [["s-2", "Sales 2"]] } };
const there: Rest = { found: { columns: ["space_id", "name"], rows: [["s-1", "Sales"]] } };
const sid = { space_id: "s-1" };

const genie: readonly AliasCase[] = [
  one("manage_genie", { action: "create_or_update", ...space }, ["create_genie_space", spaceOurs], none),
  one("manage_genie", { action: "get", ...sid, include_serialized_space: true }, [
    "get_genie_space",
    { ...sid, include_definition: true },
  ]),
  one("manage_genie", { action: "list" }, ["list_genie_spaces", { limit: 200 }]),
  one("manage_genie", { action: "delete", ...sid }, ["delete_genie_space", sid]),
  one("manage_genie", { action: "export", ...sid }, ["get_genie_space", { ...sid, include_definition: true }]),
  one("manage_genie", { action: "import", title: "Copy", serialized_space: '{"version":2}', warehouse_id: "w" }, [
    "create_genie_space",
    { name: "Copy", definition: '{"version":2}', warehouse_id: "w" },
  ]),
  one("ask_genie", { ...asked, conversation_id: "c-1", timeout_seconds: 60 }, [
    "ask_genie",
    { ...asked, conversation_id: "c-1", wait_seconds: 60 },
  ]),
  one("ask_genie", asked, ["ask_genie", asked]),
  one("ask_genie_followup", { ...asked, conversation_id: "c-1" }, ["ask_genie", { ...asked, conversation_id: "c-1" }]),
  one("list_genie", {}, ["list_genie_spaces", { limit: 200 }]),
  one("create_or_update_genie", space, ["update_genie_space", { ...sid, ...spaceOurs }], there),
  one("get_genie", sid, ["get_genie_space", sid], { era: "ai-dev-kit-0.1.0" }),
  one("get_genie", { include_serialized_space: true, ...sid }, [
    "get_genie_space",
    { ...sid, include_definition: true },
  ]),
  one("delete_genie", sid, ["delete_genie_space", sid]),
  one("migrate_genie", { type: "export", ...sid }, ["get_genie_space", { ...sid, include_definition: true }]),
  one("migrate_genie", { type: "import", serialized_space: "{}" }, [
    "create_genie_space",
    { name: "Imported space", definition: "{}" },
  ]),
];

const ep = { endpoint: "vs" };
const ix = { index: "a.b.i" };
const delta = {
  source_table: "a.b.c",
  pipeline_type: "TRIGGERED",
  embedding_source_columns: [{ name: "text", embedding_model_endpoint_name: "e5" }],
};
const index = { name: "a.b.i", endpoint_name: "vs", primary_key: "id", delta_sync_index_spec: delta };
const indexOurs = {
  ...ix,
  ...ep,
  primary_key: "id",
  source_table: "a.b.c",
  pipeline_type: "TRIGGERED",
  text_column: "text",
  embedding_model: "e5",
};
const direct = {
  name: "a.b.i",
  endpoint_name: "vs",
  primary_key: "id",
  index_type: "DIRECT_ACCESS",
  direct_access_index_spec: {
    embedding_vector_columns: [{ name: "v", embedding_dimension: 3 }],
    schema_json: '{"id":"string","v":"array<float>"}',
  },
};
const directOurs = {
  ...ix,
  ...ep,
  primary_key: "id",
  vector_column: "v",
  dimension: 3,
  schema: { id: "string", v: "array<float>" },
};
const near = { index_name: "a.b.i", columns: ["id"], query_text: "x", filters_json: '{"id":"1"}' };
const put = { index_name: "a.b.i", inputs_json: '[{"id":"1"}]' };

const search: readonly AliasCase[] = [
  one(
    "manage_vs_endpoint",
    { action: "create_or_update", name: "vs" },
    ["create_vector_search_endpoint", { ...ep, endpoint_type: "STANDARD" }],
    { found: null },
  ),
  one("manage_vs_endpoint", { action: "get", name: "vs" }, ["get_vector_search_endpoint", ep]),
  one("manage_vs_endpoint", { action: "list" }, ["list_vector_search_endpoints", all]),
  one("manage_vs_endpoint", { action: "delete", name: "vs" }, ["delete_vector_search_endpoint", ep]),
  one("manage_vs_index", { action: "create_or_update", ...index }, ["create_vector_index", indexOurs], { found: null }),
  one("manage_vs_index", { action: "get", name: "a.b.i" }, ["get_vector_index", ix]),
  one("manage_vs_index", { action: "list", endpoint_name: "vs" }, ["list_vector_indexes", { ...ep, ...all }]),
  one("manage_vs_index", { action: "delete", name: "a.b.i" }, ["delete_vector_index", ix]),
  one("query_vs_index", { ...near, num_results: 3, query_type: "HYBRID" }, [
    "query_vector_index",
    { ...ix, columns: ["id"], text: "x", num_results: 3, filters: '{"id":"1"}', query_type: "HYBRID" },
  ]),
  one("manage_vs_data", { action: "upsert", ...put }, ["upsert_vector_rows", { ...ix, rows: '[{"id":"1"}]' }]),
  one("manage_vs_data", { action: "delete", index_name: "a.b.i", primary_keys: ["1"] }, [
    "delete_vector_rows",
    { ...ix, keys: ["1"] },
  ]),
  one("manage_vs_data", { action: "scan", index_name: "a.b.i", num_results: 5 }, [
    "list_vector_rows",
    { ...ix, limit: 5 },
  ]),
  one("manage_vs_data", { action: "sync", index_name: "a.b.i" }, ["sync_vector_index", ix]),
  one("manage_vs_data", { operation: "upsert", ...put }, ["upsert_vector_rows", { ...ix, rows: '[{"id":"1"}]' }]),
  one("manage_vs_data", { operation: "delete", index_name: "a.b.i", primary_keys: ["1"] }, [
    "delete_vector_rows",
    { ...ix, keys: ["1"] },
  ]),
  one("manage_vs_data", { operation: "scan", index_name: "a.b.i" }, ["list_vector_rows", { ...ix, limit: 100 }]),
  one("manage_vs_data", { operation: "sync", index_name: "a.b.i" }, ["sync_vector_index", ix]),
  one("create_or_update_vs_endpoint", { name: "vs" }, ["get_vector_search_endpoint", ep], { found: { name: "vs" } }),
  one("create_vs_endpoint", { name: "vs", endpoint_type: "STORAGE_OPTIMIZED" }, [
    "create_vector_search_endpoint",
    { ...ep, endpoint_type: "STORAGE_OPTIMIZED" },
  ]),
  one("get_vs_endpoint", { name: "vs" }, ["get_vector_search_endpoint", ep]),
  one("get_vs_endpoint", {}, ["list_vector_search_endpoints", all]),
  one("list_vs_endpoints", {}, ["list_vector_search_endpoints", all]),
  one("delete_vs_endpoint", { name: "vs" }, ["delete_vector_search_endpoint", ep]),
  one("create_or_update_vs_index", direct, ["create_vector_index", directOurs], { found: null }),
  one("create_vs_index", index, ["create_vector_index", indexOurs]),
  one("get_vs_index", { index_name: "a.b.i" }, ["get_vector_index", ix]),
  one("get_vs_index", { endpoint_name: "vs" }, ["list_vector_indexes", { ...ep, ...all }]),
  one("list_vs_indexes", { endpoint_name: "vs" }, ["list_vector_indexes", { ...ep, ...all }]),
  one("delete_vs_index", { index_name: "a.b.i" }, ["delete_vector_index", ix]),
  one("sync_vs_index", { index_name: "a.b.i" }, ["sync_vector_index", ix]),
  one("upsert_vs_data", put, ["upsert_vector_rows", { ...ix, rows: '[{"id":"1"}]' }]),
  one("delete_vs_data", { index_name: "a.b.i", primary_keys: ["1"] }, ["delete_vector_rows", { ...ix, keys: ["1"] }]),
  one("scan_vs_index", { index_name: "a.b.i" }, ["list_vector_rows", { ...ix, limit: 100 }]),
];

const project = { name: "crm", type: "autoscale" };
const branch = { project_name: "crm", branch_id: "dev" };
const branches: Rest = {
  found: {
    columns: ["branch", "endpoint"],
    rows: [["projects/crm/branches/dev", "projects/crm/branches/dev/endpoints/primary"]],
  },
};
const sync = {
  instance_name: "pg",
  source_table_name: "a.b.c",
  target_table_name: "lake.public.c",
  primary_key_columns: ["id"],
};
const syncOurs = {
  instance: "pg",
  source_table: "a.b.c",
  target_table: "lake.public.c",
  primary_key_columns: ["id"],
  database_name: "databricks_postgres",
  policy: "TRIGGERED",
};
const dev = { branch: "crm/dev" };

const lakebase: readonly AliasCase[] = [
  one(
    "manage_lakebase_database",
    { action: "create_or_update", ...project, pg_version: "16" },
    ["create_lakebase_project", { name: "crm", pg_version: 16 }],
    { found: null },
  ),
  one("manage_lakebase_database", { action: "get", name: "pg" }, [
    "get_lakebase_database",
    { name: "pg", type: "provisioned" },
  ]),
  one("manage_lakebase_database", { action: "list" }, ["list_lakebase_databases", { limit: 200 }]),
  one("manage_lakebase_database", { action: "delete", name: "pg", force: true }, [
    "delete_lakebase_instance",
    { name: "pg", force: true },
  ]),
  one(
    "create_or_update_lakebase_database",
    { name: "pg", capacity: "CU_2" },
    ["create_lakebase_instance", { name: "pg", capacity: "CU_2", stopped: false }],
    { found: null },
  ),
  one(
    "create_or_update_lakebase_database",
    { name: "pg", stopped: true },
    ["update_lakebase_instance", { name: "pg", stopped: true }],
    { found: { name: "pg" } },
  ),
  one(
    "create_or_update_lakebase_database",
    { ...project, display_name: "CRM" },
    ["update_lakebase_project", { project: "crm", display_name: "CRM" }],
    { found: { name: "crm" } },
  ),
  one("get_lakebase_database", { name: "pg" }, ["get_lakebase_database", { name: "pg" }]),
  one("get_lakebase_database", { type: "autoscale" }, ["list_lakebase_databases", { type: "autoscale", limit: 200 }]),
  one("delete_lakebase_database", project, ["delete_lakebase_project", { project: "crm" }]),
  one(
    "manage_lakebase_branch",
    { action: "create_or_update", ...branch, ttl_seconds: 3600 },
    ["create_lakebase_branch", { project: "crm", name: "dev", ttl_seconds: 3600 }],
    {
      found: { columns: ["branch"], rows: [["projects/crm/branches/main"]] },
      gave: {},
      after: ["create_lakebase_endpoint", { ...dev, name: "primary", endpoint_type: "read_write" }],
    },
  ),
  one("manage_lakebase_branch", { action: "delete", name: "projects/crm/branches/dev" }, [
    "delete_lakebase_branch",
    { branch: "projects/crm/branches/dev" },
  ]),
  one(
    "create_or_update_lakebase_branch",
    { ...branch, is_protected: true, autoscaling_limit_max_cu: 4 },
    ["update_lakebase_branch", { ...dev, is_protected: true, no_expiry: false }],
    {
      ...branches,
      gave: {},
      after: ["update_lakebase_endpoint", { endpoint: "projects/crm/branches/dev/endpoints/primary", max_cu: 4 }],
    },
  ),
  one("delete_lakebase_branch", { name: "crm/dev" }, ["delete_lakebase_branch", dev]),
  one("manage_lakebase_sync", { action: "create_or_update", ...sync, catalog_name: "lake" }, [
    "create_synced_table",
    syncOurs,
  ]),
  one("manage_lakebase_sync", { action: "delete", table_name: "lake.public.c" }, [
    "delete_synced_table",
    { table: "lake.public.c" },
  ]),
  one("create_or_update_lakebase_sync", sync, ["create_synced_table", syncOurs]),
  one("delete_lakebase_sync", { table_name: "lake.public.c" }, ["delete_synced_table", { table: "lake.public.c" }]),
];

const asks = { messages: [{ role: "user", content: "hi" }], max_tokens: 10 };
const ka = { agent: "knowledge-assistants/k-1" };
const mas = { agent: "supervisor-agents/m-1" };
const noAgent: Rest = { found: { columns: ["agent", "name"], rows: [] } };
const agents = [
  { name: "g", description: "Sales", genie_space_id: "s-1" },
  { name: "k", description: "Manuals", ka_tile_id: "k-1" },
  { name: "f", description: "Adds", uc_function_name: "a.b.f" },
];
const guided = [{ question: "How many?", guideline: "Count orders" }];

const serving: readonly AliasCase[] = [
  one("manage_serving_endpoint", { action: "get", name: "e" }, ["get_serving_endpoint", { endpoint: "e" }]),
  one("manage_serving_endpoint", { action: "list", limit: 5 }, ["list_serving_endpoints", { limit: 5 }]),
  one("manage_serving_endpoint", { action: "query", name: "e", ...asks }, [
    "invoke_serving_endpoint",
    { endpoint: "e", ...asks },
  ]),
  one("get_serving_endpoint_status", { name: "e" }, ["get_serving_endpoint", { endpoint: "e" }]),
  one("query_serving_endpoint", { name: "e", inputs: { x: 1 } }, [
    "invoke_serving_endpoint",
    { endpoint: "e", instances: [{ x: 1 }] },
  ]),
  one("list_serving_endpoints", {}, ["list_serving_endpoints", { limit: 50 }]),
  one(
    "manage_ka",
    { action: "create_or_update", name: "manuals", volume_path: "/Volumes/a/b/c", description: "d" },
    ["create_knowledge_assistant", { name: "manuals", volume_path: "/Volumes/a/b/c", description: "d" }],
    noAgent,
  ),
  one("manage_ka", { action: "create_or_update", tile_id: "k-1", instructions: "i" }, [
    "update_agent",
    { ...ka, instructions: "i" },
  ]),
  one("manage_ka", { action: "get", tile_id: "k-1" }, ["get_agent", ka]),
  one("manage_ka", { action: "find_by_name", name: "manuals" }, [
    "list_agents",
    { kind: "assistant", name_filter: "manuals" },
  ]),
  one("manage_ka", { action: "delete", tile_id: "knowledge-assistants/k-1" }, ["delete_agent", ka]),
  one(
    "manage_mas",
    { action: "create_or_update", name: "all", agents, examples: guided },
    [
      "create_supervisor_agent",
      {
        name: "all",
        tools: [
          { type: "genie_space", target: "s-1", description: "Sales" },
          { type: "knowledge_assistant", target: "knowledge-assistants/k-1", description: "Manuals" },
          { type: "uc_function", target: "a.b.f", description: "Adds" },
        ],
      },
    ],
    {
      ...noAgent,
      gave: mas,
      after: ["add_agent_examples", { ...mas, examples: [{ question: "How many?", guidelines: ["Count orders"] }] }],
    },
  ),
  one(
    "manage_mas",
    { action: "create_or_update", name: "all", description: "d" },
    ["update_agent", { ...mas, name: "all", description: "d" }],
    { found: { columns: ["agent", "name"], rows: [["supervisor-agents/m-1", "all"]] } },
  ),
  one("manage_mas", { action: "get", tile_id: "m-1" }, ["get_agent", mas]),
  one("manage_mas", { action: "find_by_name", name: "all" }, [
    "list_agents",
    { kind: "supervisor", name_filter: "all" },
  ]),
  one("manage_mas", { action: "delete", tile_id: "m-1" }, ["delete_agent", mas]),
  one(
    "generate_and_upload_pdf",
    { html_content: "<p>hi</p>", filename: "report", catalog: "a", schema: "b", folder: "/2026/" },
    ["create_pdf", { html: "<p>hi</p>", volume_path: "/Volumes/a/b/raw_data/2026/report.pdf", overwrite: true }],
  ),
  one("list_tracked_resources", { type: "job" }, ["list_made_resources", { type: "job", limit: 500 }]),
  one("delete_tracked_resource", { type: "job", resource_id: "7", delete_from_databricks: true }, [
    "delete_made_resource",
    { type: "job", id: "7", forget_only: false },
  ]),
  one("delete_tracked_resource", { type: "job", resource_id: "7" }, [
    "delete_made_resource",
    { type: "job", id: "7", forget_only: true },
  ]),
];

const session: readonly AliasCase[] = [
  one("get_current_user", {}, ["get_current_user", {}]),
  one("manage_workspace", { action: "status" }, ["get_current_user", {}]),
  one("manage_workspace", { action: "list" }, ["list_profiles", {}]),
  one("manage_workspace", { action: "switch", profile: "prod" }, ["switch_workspace", { profile: "prod" }]),
  one("manage_workspace", { action: "login", host: "https://a.cloud.databricks.com" }, [
    "sign_in",
    { host: "https://a.cloud.databricks.com" },
  ]),
];

export const furtherCases: readonly AliasCase[] = [
  ...objects,
  ...access,
  ...sharing,
  ...tables,
  ...dashboards,
  ...apps,
  ...genie,
  ...search,
  ...serving,
  ...lakebase,
  ...session,
];
