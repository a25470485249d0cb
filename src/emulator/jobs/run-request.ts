// What run-now, submit and repair are asked for, read from their bodies and checked.
import type { Json, JsonObject } from "../../platform/json.ts";
import {
  invalid,
  optionalFlag,
  optionalId,
  optionalObject,
  optionalText,
  optionalTextMap,
  optionalTexts,
} from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import { ownValue } from "../own-value.ts";
import type { JobParameter, LegacyParameters, RunDocument } from "./documents.ts";
import { dependencies, objects } from "./settings-check.ts";
import { isFinal } from "./states.ts";

export interface RepairRequest {
  readonly tasks: readonly string[];
  readonly allFailed: boolean;
  readonly dependents: boolean;
  readonly latestRepairId?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly legacy?: LegacyParameters;
}

const legacyFields = [
  "notebook_params",
  "python_params",
  "jar_params",
  "sql_params",
  "python_named_params",
  "spark_submit_params",
  "pipeline_params",
  "dbt_commands",
];

/** The parameters of the older kind. Throws INVALID_PARAMETER_VALUE for one that the emulator has no task for. */
export function readLegacy(body: JsonObject): LegacyParameters | undefined {
  const given = legacyFields.filter((name) => body[name] !== undefined && body[name] !== null);
  if (given.length === 0) return undefined;
  const foreign = given.find(
    (name) => !["notebook_params", "python_params", "sql_params", "jar_params", "pipeline_params"].includes(name),
  );
  if (foreign !== undefined) throw invalid(`${foreign} is not supported by the Mortar emulator.`);
  const notebook = optionalTextMap(body["notebook_params"], "notebook_params");
  const python = optionalTexts(body["python_params"], "python_params");
  const sql = optionalTextMap(body["sql_params"], "sql_params");
  const pipeline = optionalObject(body["pipeline_params"], "pipeline_params");
  const jar = optionalTexts(body["jar_params"], "jar_params");
  if (JSON.stringify(given.map((name) => body[name])).length > 10_000) {
    throw invalid("The JSON representation of the parameters must not exceed 10,000 bytes.");
  }
  return {
    ...(notebook === undefined ? {} : { notebook_params: notebook }),
    ...(python === undefined ? {} : { python_params: python }),
    ...(sql === undefined ? {} : { sql_params: sql }),
    ...(jar === undefined ? {} : { jar_params: jar }),
    ...(pipeline === undefined ? {} : { pipeline_params: pipeline }),
  };
}

/** job_parameters of a body. Throws when they are mixed with the older kind. */
export function readJobParameters(body: JsonObject, settings: JsonObject): Record<string, string> | undefined {
  const given = optionalTextMap(body["job_parameters"], "job_parameters");
  const legacy = legacyFields.filter((name) => body[name] !== undefined && body[name] !== null);
  if (given !== undefined && legacy.length > 0) {
    throw invalid(`job_parameters cannot be used together with ${legacy.join(", ")}.`);
  }
  if (legacy.length > 0 && objects(settings, "parameters").length > 0) {
    throw invalid(
      `${legacy.join(", ")} cannot be used with a job that has job parameters. Use job_parameters instead.`,
    );
  }
  return given;
}

/** The job's parameters with the run's values. A name that the job does not define is added. */
export function parametersOf(settings: JsonObject, values: Readonly<Record<string, string>>): readonly JobParameter[] {
  const defined = objects(settings, "parameters").map((parameter): JobParameter => {
    const name = String(parameter["name"]);
    const value = ownValue(values, name);
    return { name, default: String(parameter["default"]), ...(value === undefined ? {} : { value }) };
  });
  const names = new Set(defined.map(({ name }) => name));
  const extra = Object.entries(values).filter(([name]) => !names.has(name));
  return [...defined, ...extra.map(([name, value]) => ({ name, default: "", value }))];
}

/** The settings with only the tasks named, which then depend on each other alone. Throws for a key that is not there. */
export function pruned(settings: JsonObject, only: readonly string[] | undefined): JsonObject {
  if (only === undefined) return settings;
  const tasks = objects(settings, "tasks");
  const missing = only.find((key) => !tasks.some((task) => task["task_key"] === key));
  if (missing !== undefined) throw invalid(`Task '${missing}' in 'only' does not exist in the job.`);
  const kept = tasks.filter((task) => only.includes(String(task["task_key"])));
  return { ...settings, tasks: kept.map((task) => withoutForeign(task, only)) };
}

function withoutForeign(task: JsonObject, only: readonly string[]): JsonObject {
  const { depends_on: before, ...rest } = task;
  const edges = dependencies(task).filter(({ key }) => only.includes(key));
  if (before === undefined || edges.length === 0) return rest;
  const list: Json[] = edges.map(({ key, outcome }) => ({
    task_key: key,
    ...(outcome === undefined ? {} : { outcome }),
  }));
  return { ...rest, depends_on: list };
}

/** `queue.enabled` of a body, or the fallback where the body does not say. */
export function readQueue(body: JsonObject, fallback: boolean): boolean {
  const queue = optionalObject(body["queue"], "queue");
  return queue?.["enabled"] === undefined ? fallback : optionalFlag(queue["enabled"], "queue.enabled");
}

export function readToken(body: JsonObject): string | undefined {
  const token = optionalText(body["idempotency_token"], "idempotency_token");
  if (token === undefined || token === "") return undefined;
  if (token.length > 64) throw invalid("The idempotency_token must have at most 64 characters.");
  return token;
}

export function readRepair(body: JsonObject, settings: JsonObject): RepairRequest {
  const latestRepairId = optionalId(body["latest_repair_id"], "latest_repair_id");
  const legacy = readLegacy(body);
  const parameters = readJobParameters(body, settings);
  return {
    tasks: optionalTexts(body["rerun_tasks"], "rerun_tasks") ?? [],
    allFailed: optionalFlag(body["rerun_all_failed_tasks"], "rerun_all_failed_tasks"),
    dependents: optionalFlag(body["rerun_dependent_tasks"], "rerun_dependent_tasks"),
    ...(latestRepairId === undefined ? {} : { latestRepairId }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(legacy === undefined ? {} : { legacy }),
  };
}

export interface PlannedRepair {
  readonly request: RepairRequest;
  /** Tasks that would run. */
  readonly keys: ReadonlySet<string>;
  /** What the repaired run would be run with. */
  readonly settings: JsonObject;
}

/** Whether the run may be repaired as asked. Throws INVALID_STATE or INVALID_PARAMETER_VALUE. */
export function checkRepair(run: RunDocument, { request, keys, settings }: PlannedRepair): void {
  if (!isFinal(run.state)) {
    throw new ApiFault(400, "INVALID_STATE", `Run ${run.runId} is still active and cannot be repaired.`);
  }
  if (run.state.lifeCycle === "SKIPPED") throw invalid(`Run ${run.runId} was skipped and cannot be repaired.`);
  const latest = run.history.at(-1)?.id;
  if (latest !== undefined && request.latestRepairId === undefined) {
    throw invalid(
      `latest_repair_id is required: run ${run.runId} was repaired before. The latest repair is ${latest}.`,
    );
  }
  if (request.latestRepairId !== undefined && request.latestRepairId !== latest) {
    const words = latest === undefined ? "has not been repaired" : `was last repaired by ${latest}`;
    throw invalid(`latest_repair_id ${request.latestRepairId} is not the latest repair: run ${run.runId} ${words}.`);
  }
  if (request.allFailed === request.tasks.length > 0) {
    throw invalid("Exactly one of rerun_tasks and rerun_all_failed_tasks must be specified.");
  }
  const known = new Set(objects(settings, "tasks").map((task) => String(task["task_key"])));
  const missing = request.tasks.find((key) => !known.has(key));
  if (missing !== undefined) throw invalid(`Task '${missing}' in rerun_tasks does not exist in the run.`);
  if (keys.size === 0) throw invalid(`Run ${run.runId} has no failed tasks to run again.`);
}
