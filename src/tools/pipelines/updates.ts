// An update as the tools tell it: its state, what each flow has done, and why it failed.
import * as z from "zod";
import { isAbort, MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { object, objects } from "../../workspace/fields.ts";
import { pollUntil } from "../../workspace/poll.ts";
import type { PipelineEvent, PipelineUpdate, UpdateRequest } from "../../workspace/pipelines.ts";
import type { ToolContext } from "../define.ts";
import { goingOn, withHint } from "../errors.ts";
import { isoTime, tableFields, tableOf } from "../fields.ts";
import { cutText } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { cleanupSignal, waitOptions } from "../waiting.ts";
import { pipelinesOf, pipelineUrl } from "./fields.ts";

export const updateOutput = z.object({
  pipeline_id: z.string(),
  update_id: z.string(),
  state: z.string(),
  /** Absent while it runs. */
  success: z.boolean().optional(),
  cause: z.string().optional(),
  creation_time: z.string().optional(),
  /** One row a flow. */
  ...tableFields,
  errors: z.array(z.object({ flow: z.string().optional(), error: z.string() })).optional(),
  update_url: z.string(),
  hint: z.string().optional(),
});

export type UpdateResult = z.output<typeof updateOutput>;

export function updateText({ columns, rows, errors = [], ...rest }: UpdateResult): string {
  const said = errors.flatMap(({ flow, error }) => [
    `--- error${flow === undefined ? "" : ` in flow: ${flow}`}`,
    error,
  ]);
  return fieldText(fieldLines(rest), tableLines(columns, rows), said);
}

export function updateFailed({ success }: UpdateResult): boolean {
  return success === false;
}

/** So many events an update is told from: the newest ones. */
const mostEvents = 1_000;
/** While it is waited for: one page. */
const fewEvents = 249;
const mostErrors = 10;

/** The update with what its events say. */
export async function describeUpdate(
  context: ToolContext,
  pipelineId: string,
  update: PipelineUpdate,
): Promise<UpdateResult> {
  const events = await eventsOf(context, { ...update, pipelineId }, mostEvents);
  const errors = errorsOf(events);
  return {
    ...updateHead(context, pipelineId, update),
    ...flowTable(events),
    errors: errors.length === 0 ? undefined : errors,
    hint: hintFor(update, errors.length > 0),
  };
}

/** The update alone. */
export function updateHead(context: ToolContext, pipelineId: string, update: PipelineUpdate) {
  return {
    pipeline_id: pipelineId,
    update_id: update.updateId,
    state: update.state,
    success: update.ended ? update.state === "COMPLETED" : undefined,
    cause: update.cause,
    creation_time: isoTime(update.creationTimeMs),
    update_url: pipelineUrl(context, pipelineId, update.updateId),
  };
}

function hintFor(update: PipelineUpdate, isExplained: boolean): string | undefined {
  if (!update.ended) {
    return "It goes on. Call `get_pipeline_update` with this update_id and wait_seconds to wait on; `stop_pipeline` ends it.";
  }
  if (update.state === "CANCELED") return "It was stopped before its end.";
  if (update.state !== "FAILED") return undefined;
  return isExplained
    ? "Correct the source that the error names, then run it again."
    : "`list_pipeline_events` says more.";
}

async function eventsOf(
  context: ToolContext,
  update: PipelineUpdate & { readonly pipelineId: string },
  limit: number,
): Promise<readonly PipelineEvent[]> {
  const since = update.creationTimeMs === undefined ? undefined : new Date(update.creationTimeMs).toISOString();
  const { items } = await pipelinesOf(context).events(update.pipelineId, {
    filter: since === undefined ? undefined : `timestamp >= '${since}'`,
    limit,
    signal: context.signal,
  });
  return items.filter(({ updateId }) => updateId === update.updateId);
}

interface FlowFacts {
  readonly flow: string;
  readonly status: string | undefined;
  readonly rows: number | undefined;
  readonly dropped: number | undefined;
  readonly failedExpectations: string | undefined;
}

/** The newest status of each flow, and the rows of all its events. `events` come newest first. */
function flowTable(events: readonly PipelineEvent[]) {
  const flows = new Map<string, FlowFacts>();
  for (const { type, flow, details } of events.toReversed()) {
    if (type !== "flow_progress" || flow === undefined) continue;
    const progress = part(details, "flow_progress");
    const before = flows.get(flow);
    const quality = part(progress, "data_quality");
    flows.set(flow, {
      flow,
      status: typeof progress["status"] === "string" ? progress["status"] : before?.status,
      rows: sum(before?.rows, part(progress, "metrics")["num_output_rows"]),
      dropped: sum(before?.dropped, quality["dropped_records"]),
      failedExpectations: failedExpectations(quality) ?? before?.failedExpectations,
    });
  }
  return tableOf([...flows.values()], {
    flow: (one) => one.flow,
    status: (one) => one.status,
    rows_written: (one) => one.rows,
    rows_dropped: (one) => one.dropped,
    failed_expectations: (one) => one.failedExpectations,
  });
}

function part(source: JsonObject, name: string): JsonObject {
  return object(source, name) ?? {};
}

function sum(before: number | undefined, more: unknown): number | undefined {
  if (typeof more !== "number") return before;
  return (before ?? 0) + more;
}

function failedExpectations(quality: JsonObject): string | undefined {
  const failed = objects(quality, "expectations").filter((one) => Number(one["failed_records"] ?? 0) > 0);
  return failed.length === 0
    ? undefined
    : failed.map((one) => `${String(one["name"])}: ${String(one["failed_records"])}`).join(", ");
}

function errorsOf(events: readonly PipelineEvent[]) {
  const seen = new Set<string>();
  const found: { flow: string | undefined; error: string }[] = [];
  // The oldest are the causes.
  for (const event of events.toReversed()) {
    if (event.level !== "ERROR") continue;
    const [first] = event.exceptions;
    const error = first === undefined ? event.message : `${shortClass(first.className)}${first.message}`;
    if (error === "" || seen.has(error)) continue;
    seen.add(error);
    found.push({ flow: event.flow, error: cutText(error, 4_000).text });
  }
  return found.slice(0, mostErrors);
}

function shortClass(name: string | undefined): string {
  return name === undefined ? "" : `${name.slice(name.lastIndexOf(".") + 1)}: `;
}

interface Wait {
  readonly pipelineId: string;
  readonly updateId: string;
  readonly timeoutMs: number;
}

/** Until the update has ended, or the time is over. It tells which of the flows are done. */
export async function waitForUpdate(
  context: ToolContext,
  { pipelineId, updateId, timeoutMs }: Wait,
): Promise<PipelineUpdate> {
  const api = pipelinesOf(context);
  let flows = "";
  const options = waitOptions<PipelineUpdate>(context, timeoutMs, ({ state }) => `The update is ${state}${flows}`);
  const { last } = await pollUntil(
    context.deps.clock,
    async (signal) => {
      const update = await api.getUpdate(pipelineId, updateId, { signal });
      if (timeoutMs > 0 && update.state === "RUNNING")
        flows = await flowCount(context, pipelineId, update).catch(() => "");
      return update;
    },
    { ...options, done: ({ ended }) => ended },
  );
  return last;
}

async function flowCount(context: ToolContext, pipelineId: string, update: PipelineUpdate): Promise<string> {
  const { rows } = flowTable(await eventsOf(context, { ...update, pipelineId }, fewEvents));
  const done = rows.filter(([, status]) => status === "COMPLETED").length;
  return rows.length === 0 ? "" : `: ${done} of ${rows.length} flows are done`;
}

/** Starts an update. Throws `conflict` where another goes on. */
export async function startUpdate(context: ToolContext, pipelineId: string, request: UpdateRequest): Promise<string> {
  context.signal.throwIfAborted();
  try {
    // Not ended by the caller's signal: an update that was started meanwhile could not be stopped.
    return (await pipelinesOf(context).start(pipelineId, request)).updateId;
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || !/active update|already/i.test(thrown.message)) throw thrown;
    throw withHint(
      thrown,
      `\`get_pipeline_update\` with pipeline_id ${pipelineId} waits for the one that goes on; \`stop_pipeline\` ends it.`,
    );
  }
}

/** Waits for an update that this call has started: who takes the call back ends it, who gets an error learns its id. */
export async function stoppedWithCall(context: ToolContext, wait: Wait): Promise<PipelineUpdate> {
  try {
    return await waitForUpdate(context, wait);
  } catch (thrown) {
    if (!isAbort(thrown) && !context.signal.aborted) {
      const { pipelineId, updateId } = wait;
      throw goingOn(
        thrown,
        `The update was started: \`get_pipeline_update\` with pipeline_id ${pipelineId} and update_id ${updateId} goes on.`,
      );
    }
    await pipelinesOf(context)
      .stop(wait.pipelineId, { signal: cleanupSignal() })
      .catch(() => undefined);
    throw thrown;
  }
}
