// Older tools of Unity Catalog for tables: tags, policies, monitors, metric views.
import { eras, span } from "./eras.ts";
import type { OlderTool, Router } from "./row.ts";
import { by, carriedArguments, leads, refuse, textOf, to } from "./routers.ts";

const { head, v0 } = eras;

/** A column is one of its table. */
function onTagged(tool: string, carried: string): Router {
  return leads(tool, (args) => {
    const { object_type: type, full_name: name, column_name: column } = args.all;
    if (type === undefined || name === undefined) return refuse("object_type or full_name is missing", "Give both.");
    const isColumn = textOf(type).toLowerCase() === "column";
    if (isColumn && column === undefined)
      return refuse("column_name is missing", "Give full_name of the table and column_name.");
    const securable = isColumn ? "table" : textOf(type).toLowerCase();
    const rest = carriedArguments(args, `full_name column_name warehouse_id ${carried}`);
    return { tool, arguments: { securable_type: securable, ...rest } };
  });
}

const filters = "catalog_filter=catalog tag_name_filter=tag_name tag_value_filter=tag_value table_name_filter=table";
const tagQuery = (type: string): Router =>
  to("query_tags", `${filters} warehouse_id`, {
    fixed: { securable_type: type },
    adapts: { limit: (value) => ({ max_rows: Math.min(1000, Math.max(1, Number(value))) }) },
  });

const maskTarget = "table_name=table column_name warehouse_id";

const createFunction = leads("create_function", (args) => {
  const { parameter_name: name, parameter_type: type, function_body: body } = args.all;
  if (name === undefined || type === undefined) {
    return refuse("parameter_name or parameter_type is missing", "Give both: the function takes one parameter.");
  }
  const carried = carriedArguments(
    args,
    "function_name=function return_type=returns function_comment=comment warehouse_id",
  );
  const made = { parameters: [{ name, type }], body: textOf(body).replace(/^\s*RETURN\s+/i, ""), replace: true };
  return { tool: "create_function", arguments: { ...carried, ...made } };
});

const policies = by("action", {
  set_row_filter: to(
    "set_row_filter",
    "table_name=table filter_function=function filter_columns=column_names warehouse_id",
  ),
  drop_row_filter: to("drop_row_filter", "table_name=table warehouse_id"),
  set_column_mask: to("set_column_mask", `${maskTarget} mask_function=function`),
  drop_column_mask: to("drop_column_mask", maskTarget),
  create_security_function: createFunction,
});

/** Its tables went beside the table where nothing was said. */
const createMonitor = leads("create_monitor", (args) => {
  const beside = textOf(args.all["table_name"]).split(".").slice(0, 2).join(".");
  const carried = carriedArguments(
    args,
    "table_name=table output_schema_name=output_schema schedule_cron schedule_timezone assets_dir",
  );
  return { tool: "create_monitor", arguments: { output_schema: beside, ...carried } };
});

const monitors = by("action", {
  create: createMonitor,
  get: to("get_monitor", "table_name=table"),
  run_refresh: to("refresh_monitor", "table_name=table"),
  list_refreshes: to("list_monitor_refreshes", "table_name=table"),
  delete: to("delete_monitor", "table_name=table"),
});

const definition =
  "full_name=metric_view source dimensions measures version comment filter_expr=filter joins materialization warehouse_id";

const views = by("action", {
  create: to("create_metric_view", `${definition} or_replace=replace`),
  alter: to("alter_metric_view", definition),
  describe: to("get_metric_view", "full_name=metric_view warehouse_id"),
  query: to(
    "query_metric_view",
    "full_name=metric_view query_measures=measures query_dimensions=dimensions where order_by warehouse_id",
    { adapts: { limit: (value) => ({ max_rows: Math.min(1000, Math.max(1, Number(value))) }) } },
  ),
  drop: to("drop_metric_view", "full_name=metric_view warehouse_id"),
  grant: to("grant_privileges", "full_name principal privileges", {
    fixed: { securable_type: "table" },
    drops: "warehouse_id",
  }),
});

export const catalogTableTools: readonly OlderTool[] = [
  {
    name: "manage_uc_tags",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      "action: set_tags|unset_tags|set_comment|query_table_tags|query_column_tags, object_type?: str, full_name?: str, column_name?: str, tags?: map, tag_names?: texts, comment_text?: str, catalog_filter?: str, tag_name_filter?: str, tag_value_filter?: str, table_name_filter?: str, limit: int = 100, warehouse_id?: str",
    does: "Sets, takes away and finds tags, and writes comments.",
    router: by("action", {
      set_tags: onTagged("set_tags", "tags"),
      unset_tags: onTagged("unset_tags", "tag_names"),
      set_comment: onTagged("set_comment", "comment_text=comment"),
      query_table_tags: tagQuery("table"),
      query_column_tags: tagQuery("column"),
    }),
  },
  {
    name: "manage_uc_security_policies",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      "action: set_row_filter|drop_row_filter|set_column_mask|drop_column_mask|create_security_function, table_name?: str, column_name?: str, filter_function?: str, filter_columns?: texts, mask_function?: str, function_name?: str, function_body?: str, parameter_name?: str, parameter_type?: str, return_type?: str, function_comment?: str, warehouse_id?: str",
    does: "Sets or takes away row filters and column masks, and makes the functions for them.",
    router: policies,
  },
  {
    name: "manage_uc_monitors",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      'action: create|get|run_refresh|list_refreshes|delete, table_name: str, output_schema_name?: str, schedule_cron?: str, schedule_timezone: str = "UTC", assets_dir?: str',
    does: "Creates, shows, refreshes or deletes a table's monitor.",
    router: monitors,
  },
  {
    name: "manage_metric_views",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      'action: create|alter|describe|query|drop|grant, full_name: str, source?: str, dimensions?: objs, measures?: objs, version: str = "1.1", comment?: str, filter_expr?: str, joins?: objs, materialization?: obj, or_replace: bool = false, query_measures?: texts, query_dimensions?: texts, where?: str, order_by?: str, limit?: int, principal?: str, privileges?: texts, warehouse_id?: str',
    does: "Creates, changes, shows, queries, drops metric views, or grants on them.",
    router: views,
  },
];
