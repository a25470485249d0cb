// Dynamic value references: `{{job.id}}`, `{{tasks.extract.result_state}}`, `{{input.name}}` in a task's parameters.
import type { Json } from "../../platform/json.ts";
import { ownValue } from "../own-value.ts";

/** Values by reference. A function is asked for the rest of the path: `parameters` of `{{job.parameters.day}}`. */
export type Lookup = (reference: string) => string | undefined;

const pattern = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The text with every known reference replaced. What is not known stays as it was typed, as in a workspace. */
export function resolve(text: string, lookup: Lookup): string {
  return text.replace(pattern, (typed, reference: string) => lookup(reference) ?? typed);
}

export function resolveMap(values: Readonly<Record<string, string>>, lookup: Lookup): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, resolve(value, lookup)]));
}

/** What the references of one task run can see. */
export interface ReferenceScope {
  readonly workspaceId: string;
  readonly workspaceUrl: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly runId: string;
  readonly repairCount: number;
  readonly startedAt: number;
  readonly trigger: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly taskKey: string;
  readonly taskRunId: string;
  /** Attempts of this task before this one. */
  readonly retries: number;
  readonly notebookPath?: string;
  /** What is known of a task that ended before, by key. */
  readonly task: (key: string) => TaskFacts | undefined;
  /** The element of a for-each iteration. */
  readonly input?: Json;
}

export interface TaskFacts {
  readonly result_state?: string;
  readonly error_code?: string;
  readonly run_id: string;
  readonly execution_count: string;
  readonly notebook_path?: string;
  /** Values that the task set with dbutils.jobs.taskValues. */
  readonly values: Readonly<Record<string, Json>>;
}

/** The references that tasks may use. Source: "What is a dynamic value reference?" of the Databricks Jobs documents. */
export function lookupIn(scope: ReferenceScope): Lookup {
  const known = new Map(Object.entries(simple(scope)));
  return (reference) => known.get(reference) ?? nested(scope, segments(reference));
}

/** The parts between the dots. A part in backticks may hold dots and other special characters. */
function segments(reference: string): readonly string[] {
  const parts = reference.match(/`[^`]*`|[^.`]+/g) ?? [];
  return parts.map((part) => (part.startsWith("`") ? part.slice(1, -1) : part));
}

function simple(scope: ReferenceScope): Record<string, string | undefined> {
  const [date = ""] = new Date(scope.startedAt).toISOString().split("T");
  return {
    "job.id": scope.jobId,
    "job.name": scope.jobName,
    "job.run_id": scope.runId,
    "job.repair_count": String(scope.repairCount),
    "job.trigger.type": scope.trigger.toLowerCase(),
    "task.name": scope.taskKey,
    "task.run_id": scope.taskRunId,
    "task.execution_count": String(scope.retries + 1),
    "task.notebook_path": scope.notebookPath,
    "workspace.id": scope.workspaceId,
    "workspace.url": scope.workspaceUrl,
    // The names from before the dotted ones.
    job_id: scope.jobId,
    run_id: scope.taskRunId,
    parent_run_id: scope.runId,
    task_key: scope.taskKey,
    task_retry_count: String(scope.retries),
    start_date: date,
    start_time: String(scope.startedAt),
    input: scope.input === undefined ? undefined : asText(scope.input),
  };
}

function nested(scope: ReferenceScope, path: readonly string[]): string | undefined {
  const [head = "", second = "", ...rest] = path;
  const tail = rest.join(".");
  if (head === "job" && second === "parameters") return ownValue(scope.parameters, tail);
  if (head === "job" && second === "start_time") return timePart(scope.startedAt, tail);
  if (head === "job" && second === "trigger" && tail.startsWith("time."))
    return timePart(scope.startedAt, tail.slice(5));
  if (head === "tasks") return taskValue(scope.task(second), tail);
  if (head === "input") return inputValue(scope.input, [second, ...rest]);
  return undefined;
}

function taskValue(facts: TaskFacts | undefined, field: string): string | undefined {
  if (facts === undefined) return undefined;
  if (field.startsWith("values.")) {
    const value = ownValue(facts.values, field.slice("values.".length));
    return value === undefined ? undefined : asText(value);
  }
  const known: Record<string, string | undefined> = {
    result_state: facts.result_state?.toLowerCase(),
    error_code: facts.error_code,
    run_id: facts.run_id,
    execution_count: facts.execution_count,
    notebook_path: facts.notebook_path,
  };
  return ownValue(known, field);
}

function inputValue(input: Json | undefined, path: readonly string[]): string | undefined {
  let value: Json | undefined = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = ownValue(value, key);
  }
  return value === undefined ? undefined : asText(value);
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A part of a time in UTC. */
function timePart(time: number, part: string): string | undefined {
  const date = new Date(time);
  const iso = date.toISOString();
  const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
  const parts: Record<string, string> = {
    iso_date: iso.slice(0, 10),
    iso_datetime: iso,
    year: String(date.getUTCFullYear()),
    month: String(date.getUTCMonth() + 1),
    day: String(date.getUTCDate()),
    hour: String(date.getUTCHours()),
    minute: String(date.getUTCMinutes()),
    second: String(date.getUTCSeconds()),
    timestamp_ms: String(time),
    iso_weekday: String(weekday),
    is_weekday: String(weekday <= 5),
  };
  return ownValue(parts, part);
}
