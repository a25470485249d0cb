// Query History 2.0. https://docs.databricks.com/api/workspace/queryhistory/list
import { invalid, optionalFlag } from "../http/fields.ts";
import type { Handler, Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import { statementRecords, type StatementRecord } from "../sql/service/history.ts";

const list: Handler = (call, world) => {
  const { query } = call;
  const all = (name: string): readonly string[] => query.getAll(`filter_by.${name}`);
  const number = (name: string): number | undefined => {
    const given = query.get(`filter_by.query_start_time_range.${name}`);
    if (given === null) return undefined;
    if (!/^\d+$/.test(given)) throw invalid(`Invalid value for the field '${name}': expected an integer.`);
    return Number(given);
  };
  const [from = 0, to = Number.POSITIVE_INFINITY] = [number("start_time_ms"), number("end_time_ms")];
  const fits = (wanted: readonly string[], value: string): boolean => wanted.length === 0 || wanted.includes(value);
  const owner = world.owner.userId;
  // A token goes on with the filter that it came with, which is in the token of the real API.
  const found = statementRecords(world).filter(
    (one) =>
      fits(all("statuses"), one.status) &&
      fits(all("warehouse_ids"), one.warehouseId) &&
      fits(all("statement_ids"), one.id) &&
      fits(all("user_ids"), one.user === world.owner.userName ? owner : one.user) &&
      one.startedAt >= from &&
      one.startedAt <= to,
  );
  const size = pageSizeOf(query, { name: "max_results", fallback: 100, max: 999 });
  const page = pageOf(found, { size, token: query.get("page_token") });
  const metrics = optionalFlag(query.get("include_metrics"), "include_metrics");
  return {
    ...(page.items.length === 0 ? {} : { res: page.items.map((one) => view(one, owner, metrics)) }),
    has_next_page: page.next !== undefined,
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

function view(one: StatementRecord, userId: string, metrics: boolean): object {
  return {
    query_id: one.id,
    query_text: one.text,
    statement_type: one.type,
    status: one.status,
    ...(one.error === undefined ? {} : { error_message: one.error }),
    user_name: one.user,
    user_id: userId,
    warehouse_id: one.warehouseId,
    endpoint_id: one.warehouseId,
    client_application: "Databricks SQL Statement Execution API",
    query_start_time_ms: one.startedAt,
    execution_end_time_ms: one.finishedAt,
    duration: one.durationMs,
    rows_produced: one.rows,
    is_final: one.finishedAt !== undefined,
    ...(metrics ? { metrics: { total_time_ms: one.durationMs, rows_produced_count: one.rows ?? 0 } } : {}),
  };
}

export const queryHistoryRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/2.0/sql/history/queries", handler: list },
];
