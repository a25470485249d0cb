// Query History 2.0. https://docs.databricks.com/api/workspace/queryhistory/list
import type { JsonObject } from "../../platform/json.ts";
import { id, number, object, objects, text } from "../../workspace/fields.ts";
import { pagesOf } from "../../workspace/pages.ts";
import type { ToolContext } from "../define.ts";

export interface QueryRecord {
  readonly id: string | undefined;
  readonly text: string;
  readonly type: string | undefined;
  readonly status: string | undefined;
  readonly error: string | undefined;
  readonly user: string | undefined;
  readonly warehouseId: string | undefined;
  readonly client: string | undefined;
  readonly startedMs: number | undefined;
  readonly durationMs: number | undefined;
  readonly rows: number | undefined;
  /** Numbers of the engine, by name; empty where they were not asked for. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface HistoryPage {
  readonly records: readonly QueryRecord[];
  readonly nextToken: string | undefined;
}

export interface HistoryWish {
  readonly statuses?: readonly string[] | undefined;
  readonly warehouseId?: string | undefined;
  readonly statementId?: string | undefined;
  readonly userId?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  readonly pageToken?: string | undefined;
  readonly metrics: boolean;
}

/**
 * The next page that holds something, or the last; the newest queries come first. A page may be empty and not be the end.
 * Throws `bad_response` where the workspace leads in a circle.
 */
export async function historyPage({ workspace, signal }: ToolContext, wish: HistoryWish): Promise<HistoryPage> {
  const range = { start_time_ms: wish.fromMs, end_time_ms: wish.toMs };
  const filter = {
    statuses: wish.statuses,
    warehouse_ids: wish.warehouseId === undefined ? undefined : [wish.warehouseId],
    statement_ids: wish.statementId === undefined ? undefined : [wish.statementId],
    user_ids: wish.userId === undefined ? undefined : [wish.userId],
    query_start_time_range: range,
  };
  const pages = pagesOf(workspace.client, (next) => {
    const token = next ?? wish.pageToken;
    // A token stands for the filter that it came with.
    const place = token === undefined ? { filter_by: filter } : { page_token: token };
    const query = { ...place, max_results: wish.limit, include_metrics: wish.metrics };
    return { method: "GET", path: "/api/2.0/sql/history/queries", query, signal };
  });
  let page: HistoryPage = { records: [], nextToken: undefined };
  for await (const wire of pages) {
    const isMore = wire["has_next_page"] !== false;
    page = {
      records: objects(wire, "res").map(toRecord),
      nextToken: isMore ? text(wire, "next_page_token") : undefined,
    };
    if (page.records.length > 0 || page.nextToken === undefined) break;
  }
  return page;
}

function toRecord(wire: JsonObject): QueryRecord {
  const metrics = Object.entries(object(wire, "metrics") ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return {
    id: id(wire, "query_id") ?? text(wire, "query_id"),
    text: text(wire, "query_text") ?? "",
    type: text(wire, "statement_type"),
    status: text(wire, "status"),
    error: text(wire, "error_message"),
    user: text(wire, "user_name"),
    warehouseId: text(wire, "warehouse_id") ?? text(wire, "endpoint_id"),
    client: text(wire, "client_application"),
    startedMs: number(wire, "query_start_time_ms"),
    durationMs: number(wire, "duration"),
    rows: number(wire, "rows_produced"),
    metrics: Object.fromEntries(metrics),
  };
}
