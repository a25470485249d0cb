// A trace as MLflow 3 has it: the facts about it, and the file of its spans.
// https://mlflow.org/docs/latest/genai/tracing/ https://docs.databricks.com/api/workspace/experiments
import { rawInteger } from "../../platform/json.ts";
import type { FinishedTrace, Span } from "./spans.ts";

const previewChars = 1_000;

export const traceIdOf = ({ id }: Pick<FinishedTrace, "id">): string => `tr-${id}`;

/** The body of `POST /api/3.0/mlflow/traces`. */
export function traceInfo(trace: FinishedTrace, experimentId: string): object {
  const { run, usage } = trace;
  return {
    trace_id: traceIdOf(trace),
    client_request_id: run.runId,
    trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experimentId } },
    request_preview: trace.prompt.slice(0, previewChars).toWellFormed(),
    response_preview: trace.answer.slice(0, previewChars).toWellFormed(),
    request_time: new Date(trace.startMs).toISOString(),
    execution_duration: `${(trace.endMs - trace.startMs) / 1_000}s`,
    state: trace.failed ? "ERROR" : "OK",
    trace_metadata: {
      "mlflow.trace_schema.version": "3",
      "mlflow.trace.session": run.conversationId,
      "mlflow.trace.user": run.user,
      ...(usage === undefined ? {} : { "mlflow.trace.tokenUsage": JSON.stringify(tokens(usage)) }),
    },
    tags: { "mlflow.traceName": trace.spans[0]?.name ?? "run" },
    assessments: [],
  };
}

/** The content of `traces.json`. Times are whole nanoseconds, which no number of JavaScript holds. */
export function traceData(trace: FinishedTrace): string {
  return JSON.stringify({ spans: trace.spans.map((span) => wireSpan(trace, span)) });
}

function wireSpan(trace: FinishedTrace, span: Span): object {
  const isRoot = span.parentId === undefined;
  const { usage, run } = trace;
  const attributes = {
    "mlflow.traceRequestId": traceIdOf(trace),
    "mlflow.spanType": span.kind,
    "mlflow.spanInputs": span.inputs,
    "mlflow.spanOutputs": span.outputs,
    ...(isRoot ? { "run.engine": run.engine, "run.model": run.model ?? undefined } : {}),
    ...(isRoot && usage !== undefined ? { "mlflow.chat.tokenUsage": tokens(usage) } : {}),
    ...span.attributes,
  };
  return {
    trace_id: base64(trace.id),
    span_id: base64(span.id),
    parent_span_id: isRoot ? "" : base64(span.parentId ?? ""),
    name: span.name,
    start_time_unix_nano: nanoseconds(span.startMs),
    end_time_unix_nano: nanoseconds(span.endMs ?? trace.endMs),
    status:
      span.error === undefined
        ? { code: "STATUS_CODE_OK", message: "" }
        : { code: "STATUS_CODE_ERROR", message: span.error },
    attributes: encoded(attributes),
    events: [],
    links: [],
  };
}

/** Each value is JSON within the JSON: so do MLflow's own clients write them. */
function encoded(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, JSON.stringify(value)]));
}

function tokens(usage: NonNullable<FinishedTrace["usage"]>): object {
  // What was read from and written to the cache was put in, too.
  const input = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
  return {
    input_tokens: input,
    output_tokens: usage.output_tokens,
    total_tokens: input + usage.output_tokens,
    cache_read_input_tokens: usage.cache_read_tokens,
    cache_creation_input_tokens: usage.cache_write_tokens,
  };
}

const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");

const nanoseconds = (ms: number): unknown => rawInteger(`${Math.round(ms)}000000`);
