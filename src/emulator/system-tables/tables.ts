// The system tables that the emulator has: lineage, query history, and usage with its prices.
// https://docs.databricks.com/aws/en/admin/system-tables/
import { typeFromText } from "../sql/parse/types.ts";
import { statementRecords, type StatementRecord } from "../sql/service/history.ts";
import { warehousesOf } from "../sql/service/warehouse.ts";
import type { Relation, Value } from "../sql/values-relation.ts";
import type { World } from "../world.ts";
import { lineageEvents } from "./lineage.ts";

type Row = Readonly<Record<string, Value>>;

interface SystemTable {
  /** From a column's name to its SQL type. */
  readonly columns: Readonly<Record<string, string>>;
  rows(world: World): readonly Row[];
}

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const tables: Readonly<Record<string, SystemTable>> = {
  "access.table_lineage": {
    columns: {
      workspace_id: "STRING",
      entity_type: "STRING",
      entity_id: "STRING",
      source_table_full_name: "STRING",
      source_type: "STRING",
      source_path: "STRING",
      target_table_full_name: "STRING",
      target_type: "STRING",
      target_path: "STRING",
      created_by: "STRING",
      event_time: "TIMESTAMP",
      event_date: "DATE",
    },
    rows: (world) =>
      lineageEvents(world).map(({ source, target, at }) => ({
        workspace_id: world.workspaceId,
        source_table_full_name: source,
        source_type: "TABLE",
        target_table_full_name: target,
        target_type: "TABLE",
        created_by: world.owner.userName,
        event_time: at,
        event_date: iso(at),
      })),
  },
  // Which column becomes which is not followed here.
  "access.column_lineage": {
    columns: {
      workspace_id: "STRING",
      source_table_full_name: "STRING",
      source_column_name: "STRING",
      target_table_full_name: "STRING",
      target_column_name: "STRING",
      event_time: "TIMESTAMP",
      event_date: "DATE",
    },
    rows: () => [],
  },
  "query.history": {
    columns: {
      workspace_id: "STRING",
      statement_id: "STRING",
      executed_by: "STRING",
      statement_text: "STRING",
      statement_type: "STRING",
      execution_status: "STRING",
      error_message: "STRING",
      compute: "STRUCT<type: STRING, warehouse_id: STRING>",
      start_time: "TIMESTAMP",
      end_time: "TIMESTAMP",
      total_duration_ms: "BIGINT",
      produced_rows: "BIGINT",
    },
    rows: (world) =>
      statementRecords(world).map((one) => ({
        workspace_id: world.workspaceId,
        statement_id: one.id,
        executed_by: one.user,
        statement_text: one.text,
        statement_type: one.type,
        execution_status: one.status,
        error_message: one.error ?? null,
        compute: { type: "WAREHOUSE", warehouse_id: one.warehouseId },
        start_time: one.startedAt,
        end_time: one.finishedAt ?? null,
        total_duration_ms: one.durationMs,
        produced_rows: one.rows ?? null,
      })),
  },
  "billing.usage": {
    columns: {
      record_id: "STRING",
      workspace_id: "STRING",
      sku_name: "STRING",
      cloud: "STRING",
      usage_start_time: "TIMESTAMP",
      usage_end_time: "TIMESTAMP",
      usage_date: "DATE",
      usage_unit: "STRING",
      usage_quantity: "DECIMAL(38,18)",
      billing_origin_product: "STRING",
      usage_metadata:
        "STRUCT<cluster_id: STRING, job_id: STRING, warehouse_id: STRING, endpoint_name: STRING, app_name: STRING>",
      identity_metadata: "STRUCT<run_as: STRING>",
    },
    rows: (world) =>
      statementRecords(world)
        .filter(({ durationMs }) => durationMs > 0)
        .map((one) => usageOf(world, one)),
  },
  "billing.list_prices": {
    columns: {
      sku_name: "STRING",
      cloud: "STRING",
      currency_code: "STRING",
      usage_unit: "STRING",
      price_start_time: "TIMESTAMP",
      price_end_time: "TIMESTAMP",
      pricing: "STRUCT<`default`: DECIMAL(10,4), effective_list: STRUCT<`default`: DECIMAL(10,4)>>",
    },
    rows: () => [
      {
        sku_name: sku,
        cloud: "AWS",
        currency_code: "USD",
        usage_unit: "DBU",
        price_start_time: 0,
        pricing: { default: 0.7, effective_list: { default: 0.7 } },
      },
    ],
  },
};

const sku = "PREMIUM_SERVERLESS_SQL_COMPUTE_US_EAST_N_VIRGINIA";

/** What a warehouse of the smallest size uses in an hour, in DBU; each larger size has twice as much. */
const smallestDbuPerHour = 4;
const sizes = ["2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large"];

/** A statement's share: the emulator counts the time that statements take, not the time that a warehouse runs. */
function usageOf(world: World, one: StatementRecord): Row {
  const size = sizes.indexOf(warehousesOf(world).get(one.warehouseId)?.settings.cluster_size ?? "");
  const hours = one.durationMs / 3_600_000;
  const end = one.startedAt + one.durationMs;
  return {
    record_id: one.id,
    workspace_id: world.workspaceId,
    sku_name: sku,
    cloud: "AWS",
    usage_start_time: one.startedAt,
    usage_end_time: end,
    usage_date: iso(one.startedAt),
    usage_unit: "DBU",
    usage_quantity: Number((hours * smallestDbuPerHour * 2 ** Math.max(0, size)).toFixed(12)),
    billing_origin_product: "SQL",
    usage_metadata: {
      cluster_id: null,
      job_id: null,
      warehouse_id: one.warehouseId,
      endpoint_name: null,
      app_name: null,
    },
    identity_metadata: { run_as: one.user },
  };
}

/** The table, or undefined where there is none of that name. */
export function systemTable(world: World, schema: string, name: string): Relation | undefined {
  const key = `${schema}.${name}`;
  const table = Object.hasOwn(tables, key) ? tables[key] : undefined;
  if (table === undefined) return undefined;
  const columns = Object.entries(table.columns).map(([column, type]) => ({ name: column, type: typeFromText(type) }));
  return { columns, rows: table.rows(world).map((row) => columns.map((column) => row[column.name] ?? null)) };
}
