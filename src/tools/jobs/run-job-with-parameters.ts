// run_job_with_parameters: starts a job with the parameters of each kind of task.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { defineTool } from "../define.ts";
import { idInput, parametersInput, waitSecondsInput } from "../fields.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { startedRun, startedRunFailed, startedRunOutput } from "./started-run.ts";

const texts = z.array(z.string()).optional();

const input = z.strictObject({
  job_id: idInput("The job"),
  job_parameters: parametersInput("Of a job that declares parameters; goes with no other kind").optional(),
  notebook_params: parametersInput("Widgets").optional(),
  python_params: texts,
  python_named_params: parametersInput("Of wheels").optional(),
  jar_params: texts,
  spark_submit_params: texts,
  sql_params: parametersInput("Of SQL tasks").optional(),
  dbt_commands: texts,
  pipeline_params: z.record(z.string(), z.unknown()).optional().describe('{"full_refresh": true}'),
  only: texts.describe("Run only these task_keys"),
  queue: z.boolean().optional().describe("Wait in the queue where too many run"),
  performance_target: z.enum(["STANDARD", "PERFORMANCE_OPTIMIZED"]).optional(),
  idempotency_token: z.string().max(64).optional(),
  wait: z.boolean().default(false),
  wait_seconds: waitSecondsInput(50),
});

export const runJobWithParameters = defineTool({
  name: "run_job_with_parameters",
  toolset: "jobs",
  effect: "write",
  openWorld: true,
  title: "Run a job with any parameters",
  description:
    "Starts a run of a job with parameters for each kind of task; run_job is simpler. Cancelling the call while it waits cancels the run.",
  input,
  output: startedRunOutput,
  targets: runsCode,
  run: async (context, wish) => {
    const older = olderKinds.filter((name) => wish[name] !== undefined);
    if (wish.job_parameters !== undefined && older.length > 0) {
      throw new MortarError("invalid_input", `job_parameters does not go with ${older.join(", ")}`, {
        hint: "A job that declares parameters takes job_parameters alone: `get_job` shows whether it does.",
      });
    }
    context.signal.throwIfAborted();
    // Not ended by the caller's signal: nobody would learn of a run that was started meanwhile.
    const { runId } = await context.workspace.jobs.runNow(wish.job_id, {
      jobParameters: wish.job_parameters,
      notebookParams: wish.notebook_params,
      pythonParams: wish.python_params,
      pythonNamedParams: wish.python_named_params,
      jarParams: wish.jar_params,
      sparkSubmitParams: wish.spark_submit_params,
      sqlParams: wish.sql_params,
      dbtCommands: wish.dbt_commands,
      pipelineParams: wish.pipeline_params as JsonObject | undefined,
      only: wish.only,
      queue: wish.queue,
      performanceTarget: wish.performance_target,
      idempotencyToken: wish.idempotency_token,
    });
    return await startedRun(context, runId, wish);
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: startedRunFailed,
});

const olderKinds = [
  "notebook_params",
  "python_params",
  "python_named_params",
  "jar_params",
  "spark_submit_params",
  "sql_params",
  "dbt_commands",
  "pipeline_params",
] as const;
