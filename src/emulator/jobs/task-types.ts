// The kinds of task: those that the emulator runs, those that it knows by name and refuses, and the check of each one's fields.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { nearest } from "../../platform/suggest.ts";
import {
  invalid,
  optionalFlag,
  optionalInteger,
  optionalTextMap,
  optionalTexts,
  optionalWord,
  requiredId,
  requiredText,
} from "../http/fields.ts";

export const taskTypes = [
  "notebook_task",
  "spark_python_task",
  "sql_task",
  "pipeline_task",
  "condition_task",
  "run_job_task",
  "for_each_task",
] as const;
export type TaskType = (typeof taskTypes)[number];

const unsupportedTypes = [
  "python_wheel_task",
  "spark_jar_task",
  "spark_submit_task",
  "dbt_task",
  "dbt_cloud_task",
  "dbt_platform_task",
  "dashboard_task",
  "alert_task",
  "clean_rooms_notebook_task",
  "power_bi_task",
  "gen_ai_compute_task",
  "genie_task",
  "python_operator_task",
];

export const conditionOps = [
  "EQUAL_TO",
  "NOT_EQUAL",
  "GREATER_THAN",
  "GREATER_THAN_OR_EQUAL",
  "LESS_THAN",
  "LESS_THAN_OR_EQUAL",
] as const;

/** Task types that take compute. The others run in the Jobs service itself or on a warehouse. */
export function needsCompute(type: TaskType): boolean {
  return type === "notebook_task" || type === "spark_python_task";
}

/** The one type of a task. Throws INVALID_PARAMETER_VALUE when there is none, more than one, or one the emulator lacks. */
export function typeOf(task: JsonObject, key: string): TaskType {
  const names = Object.keys(task).filter((name) => name.endsWith("_task") && isObject(task[name]));
  const [name, ...others] = names;
  if (name === undefined) throw invalid(`Task '${key}' must specify a task type, such as notebook_task.`);
  if (others.length > 0)
    throw invalid(`Task '${key}' must specify exactly one task type, but it has ${names.join(", ")}.`);
  const known = taskTypes.find((type) => type === name);
  if (known !== undefined) return known;
  if (unsupportedTypes.includes(name)) throw refused(key, name);
  const near = nearest(name, taskTypes);
  throw invalid(`Unknown task type ${name} in task '${key}'.${near === undefined ? "" : ` Did you mean ${near}?`}`);
}

/** The task's own part: what stands below `notebook_task` and the like. */
export function bodyOf(task: JsonObject, type: TaskType): JsonObject {
  const body = task[type];
  return isObject(body) ? (body as JsonObject) : {};
}

/** Checks the fields of one task's own part. Throws INVALID_PARAMETER_VALUE. */
export function checkBody(task: JsonObject, type: TaskType, context: { key: string; git: boolean }): void {
  const body = bodyOf(task, type);
  const { key } = context;
  if (type === "notebook_task") checkNotebook(body, context);
  if (type === "spark_python_task") checkPython(body, context);
  if (type === "sql_task") checkSql(body, context);
  if (type === "run_job_task") {
    requiredId(body["job_id"], `tasks.${key}.run_job_task.job_id`);
    optionalTextMap(body["job_parameters"], `tasks.${key}.run_job_task.job_parameters`);
  }
  if (type === "pipeline_task") {
    requiredText(body["pipeline_id"], `tasks.${key}.pipeline_task.pipeline_id`);
    optionalFlag(body["full_refresh"], `tasks.${key}.pipeline_task.full_refresh`);
  }
  if (type === "condition_task") checkCondition(body, key);
  if (type === "for_each_task") checkForEach(body, key);
}

function checkNotebook(body: JsonObject, { key, git }: { key: string; git: boolean }): void {
  const path = requiredText(body["notebook_path"], `tasks.${key}.notebook_task.notebook_path`);
  optionalTextMap(body["base_parameters"], `tasks.${key}.notebook_task.base_parameters`);
  checkSource(body["source"], key, git);
  if (body["warehouse_id"] !== undefined) throw refused(key, "notebook_task on a SQL warehouse (warehouse_id)");
  if (!path.startsWith("/") && !path.startsWith("{{")) {
    throw invalid(`Only absolute paths are currently supported. Paths must begin with '/'. Task '${key}': ${path}`);
  }
}

function checkPython(body: JsonObject, { key, git }: { key: string; git: boolean }): void {
  const file = requiredText(body["python_file"], `tasks.${key}.spark_python_task.python_file`);
  optionalTexts(body["parameters"], `tasks.${key}.spark_python_task.parameters`);
  checkSource(body["source"], key, git);
  const cloud = /^(s3a?|abfss?|gs|adl|wasbs?):/.exec(file);
  if (cloud !== null) throw refused(key, `python_file on ${cloud[1]}://`);
  if (!file.startsWith("/") && !file.startsWith("dbfs:/") && !file.startsWith("{{")) {
    throw invalid(
      `Invalid python file reference: ${file} of task '${key}'. It must be a workspace path that begins with '/', or begin with dbfs:/.`,
    );
  }
}

function checkSql(body: JsonObject, { key, git }: { key: string; git: boolean }): void {
  requiredText(body["warehouse_id"], `tasks.${key}.sql_task.warehouse_id`);
  optionalTextMap(body["parameters"], `tasks.${key}.sql_task.parameters`);
  for (const kind of ["query", "dashboard", "alert"]) {
    if (body[kind] !== undefined) throw refused(key, `sql_task.${kind} (only sql_task.file is)`);
  }
  const file = isObject(body["file"]) ? body["file"] : undefined;
  if (file === undefined)
    throw invalid(`The sql_task of task '${key}' must specify one of query, dashboard, alert, file.`);
  requiredText(file["path"], `tasks.${key}.sql_task.file.path`);
  checkSource(file["source"], key, git);
}

function checkCondition(body: JsonObject, key: string): void {
  if (optionalWord(body["op"], `tasks.${key}.condition_task.op`, conditionOps) === undefined) {
    throw invalid(`Missing required field: tasks.${key}.condition_task.op`);
  }
  for (const side of ["left", "right"]) {
    if (typeof body[side] !== "string") throw invalid(`Missing required field: tasks.${key}.condition_task.${side}`);
  }
}

function checkForEach(body: JsonObject, key: string): void {
  requiredText(body["inputs"], `tasks.${key}.for_each_task.inputs`);
  optionalInteger(body["concurrency"], `tasks.${key}.for_each_task.concurrency`, { min: 1, max: 100 });
  if (!isObject(body["task"])) throw invalid(`Missing required field: tasks.${key}.for_each_task.task`);
}

function checkSource(source: unknown, key: string, git: boolean): void {
  const word = optionalWord(source, `tasks.${key}.source`, ["WORKSPACE", "GIT"]);
  if (word === "GIT" || (word === undefined && git)) throw refused(key, "source GIT (git_source)");
}

function refused(key: string, what: string): Error {
  return invalid(`Task '${key}': ${what} is not supported by the Mortar emulator.`);
}
