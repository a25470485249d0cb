// create_job: a job of notebook tasks, their order and compute, and when it runs.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { nearest } from "../../platform/suggest.ts";
import { ComputePlan, computeInput, resolveCompute } from "../compute/compute.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { runsCode } from "../targets.ts";
import { explainingCompute } from "../errors.ts";
import { idOutput, notebookPathInput, parametersInput } from "../fields.ts";
import { absolutePath } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";
import { jobSettings, jobSettingsInput } from "./settings.ts";

const taskInput = z.preprocess(
  respellPath,
  z.strictObject({
    task_key: z.string().regex(/^[\w-]{1,100}$/, "must be letters, digits, - and _, at most 100"),
    notebook_path: notebookPathInput,
    depends_on: z.array(z.string()).optional().describe("task_keys that must end first"),
    run_if: z
      .enum(["ALL_SUCCESS", "ALL_DONE", "NONE_FAILED", "AT_LEAST_ONE_SUCCESS", "ALL_FAILED", "AT_LEAST_ONE_FAILED"])
      .optional(),
    parameters: parametersInput("Notebook parameters").optional(),
    max_retries: z.int().min(0).optional(),
    timeout_minutes: z.number().min(0).optional(),
    compute: computeInput.optional().describe("Only where it differs from the job's compute"),
  }),
);

/** Old callers write `path`. */
function respellPath(task: unknown): unknown {
  if (typeof task !== "object" || task === null || !("path" in task) || "notebook_path" in task) return task;
  const { path, ...rest } = task;
  return { ...rest, notebook_path: path };
}

type TaskInput = z.output<typeof taskInput>;

export const createJob = defineTool({
  name: "create_job",
  toolset: "jobs",
  effect: "write",
  title: "Create a job",
  description:
    "Creates a job of notebook tasks with dependencies; run_job starts it, a schedule does so regularly. compute (for all tasks, or one) is serverless by default; else job_cluster (a cluster made for each run) or existing_cluster.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    tasks: z.array(taskInput).min(1, "needs at least one task"),
    compute: computeInput.optional(),
    ...jobSettingsInput,
  }),
  output: z.object({
    job_id: idOutput,
    name: z.string(),
    task_count: z.number(),
    tasks: z.array(z.string()),
    job_url: z.string(),
    missing_notebooks: z.array(z.string()).optional(),
    hint: z.string(),
  }),
  targets: runsCode,
  run: async (context, input) => {
    const { workspace, signal } = context;
    checkGraph(input.tasks);
    const paths = await Promise.all(input.tasks.map((task) => absolutePath(context, task.notebook_path)));
    const missing = await missingNotebooks(context, paths);
    const plan = new ComputePlan();
    const tasks = [];
    for (const [index, task] of input.tasks.entries()) {
      const compute = plan.forTask(await resolveCompute(context, task.compute ?? input.compute));
      tasks.push({ ...taskSettings(task, paths[index] ?? task.notebook_path), ...compute });
    }
    const settings = { name: input.name, tasks, ...plan.shared(), ...jobSettings(input) };
    const { jobId } = await explainingCompute(() => workspace.jobs.create(settings, { signal }));
    return {
      job_id: jobId,
      name: input.name,
      task_count: tasks.length,
      tasks: input.tasks.map(({ task_key }) => task_key),
      job_url: `${workspace.host}/jobs/${jobId}`,
      missing_notebooks: missing.length === 0 ? undefined : missing,
      hint: hintFor(missing),
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

function hintFor(missing: readonly string[]): string {
  if (missing.length === 0) return "`run_job` with this job_id starts it.";
  return "Write the missing notebooks before the job runs: their tasks will fail without them.";
}

function taskSettings(task: TaskInput, path: string): JsonObject {
  const parameters = task.parameters === undefined ? {} : { base_parameters: { ...task.parameters } };
  return {
    task_key: task.task_key,
    notebook_task: { notebook_path: path, source: "WORKSPACE", ...parameters },
    ...(task.depends_on === undefined ? {} : { depends_on: task.depends_on.map((key) => ({ task_key: key })) }),
    ...(task.run_if === undefined ? {} : { run_if: task.run_if }),
    ...(task.max_retries === undefined ? {} : { max_retries: task.max_retries }),
    ...(task.timeout_minutes === undefined ? {} : { timeout_seconds: Math.round(task.timeout_minutes * 60) }),
  };
}

function checkGraph(tasks: readonly TaskInput[]): void {
  const keys = tasks.map(({ task_key }) => task_key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) {
    throw new MortarError("invalid_input", `Two tasks have the task_key "${twice}"`, { hint: "Give each its own." });
  }
  for (const { task_key: key, depends_on: upstream = [] } of tasks) {
    const unknown = upstream.find((one) => !keys.includes(one));
    if (unknown === undefined) continue;
    const near = nearest(unknown, keys);
    throw new MortarError("invalid_input", `Task "${key}" depends on "${unknown}", which is no task of this job`, {
      hint: near === undefined ? `The tasks are ${keys.join(", ")}.` : `Did you mean "${near}"?`,
    });
  }
  checkCycles(tasks);
}

function checkCycles(tasks: readonly TaskInput[]): void {
  let open = tasks.map((task) => ({ key: task.task_key, upstream: task.depends_on ?? [] }));
  while (open.length > 0) {
    const waiting = new Set(open.map(({ key }) => key));
    const next = open.filter(({ upstream }) => upstream.some((key) => waiting.has(key)));
    if (next.length === open.length) {
      throw new MortarError("invalid_input", `Tasks depend on each other in a circle: ${[...waiting].join(", ")}`, {
        hint: "Take one of the dependencies away.",
      });
    }
    open = next;
  }
}

/** Paths at which there is nothing: the workspace takes such a job and fails its runs. */
async function missingNotebooks({ workspace, signal }: ToolContext, paths: readonly string[]): Promise<string[]> {
  const distinct = [...new Set(paths)].slice(0, 20);
  const found = await Promise.all(
    distinct.map(async (path) => {
      try {
        await workspace.objects.getStatus(path, { signal });
        return true;
      } catch (thrown) {
        return !(thrown instanceof MortarError && thrown.code === "not_found");
      }
    }),
  );
  signal.throwIfAborted();
  return distinct.filter((_, index) => found[index] === false);
}
