// Jobs API 2.2: runs/list.
import { invalid, optionalFlag, optionalId, optionalInteger, optionalWord } from "../http/fields.ts";
import type { Handler } from "../http/route.ts";
import { arrayPage, exceedsPage } from "../jobs/array-pages.ts";
import type { RunDocument } from "../jobs/documents.ts";
import { runHead, runView } from "../jobs/run-view.ts";
import { isFinal } from "../jobs/states.ts";
import { pageOf } from "../paging.ts";
import { engineFor, viewOptions } from "./jobs.ts";

const maxPage = 25;
const pagedArrays = ["tasks", "job_clusters", "environments"];

/** Newest first, with the filters of the API. */
export const listRuns: Handler = (call, world) => {
  const engine = engineFor(call, world);
  const { query } = call;
  const limit = optionalInteger(query.get("limit"), "limit", { min: 0, max: maxPage });
  const size = limit === 0 ? maxPage : (limit ?? 20);
  const options = viewOptions(call, world);
  const expand = optionalFlag(query.get("expand_tasks"), "expand_tasks");
  const found = engine.records.runs().filter(filterOf(query)).toReversed();
  const { items, next, previous } = pageOf(found, { size, token: query.get("page_token") });
  const view = (run: RunDocument): object => {
    if (!expand) return runHead(run, options);
    const whole = runView(run, engine.records, options);
    const { page } = arrayPage(whole, pagedArrays, undefined);
    return exceedsPage(whole, pagedArrays) ? { ...page, has_more: true } : page;
  };
  return {
    ...(items.length === 0 ? {} : { runs: items.map(view) }),
    has_more: next !== undefined,
    ...(next === undefined ? {} : { next_page_token: next }),
    ...(previous === undefined ? {} : { prev_page_token: previous }),
  };
};

function filterOf(query: URLSearchParams): (run: RunDocument) => boolean {
  const jobId = optionalId(query.get("job_id"), "job_id");
  const active = optionalFlag(query.get("active_only"), "active_only");
  const completed = optionalFlag(query.get("completed_only"), "completed_only");
  if (active && completed) throw invalid("active_only and completed_only must not both be true.");
  const type = optionalWord(query.get("run_type"), "run_type", ["JOB_RUN", "SUBMIT_RUN", "WORKFLOW_RUN"]);
  const time = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const from = optionalInteger(query.get("start_time_from"), "start_time_from", time) ?? 0;
  const to = optionalInteger(query.get("start_time_to"), "start_time_to", time) ?? Infinity;
  return (run) =>
    (jobId === undefined || run.jobId === jobId) &&
    (!active || !isFinal(run.state)) &&
    (!completed || isFinal(run.state)) &&
    (type === undefined || run.type === type) &&
    run.startedAt >= from &&
    run.startedAt <= to;
}
