// The jobs toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { cancelJobRuns } from "./cancel-job-runs.ts";
import { cancelRun } from "./cancel-run.ts";
import { createJobFromSettings } from "./create-job-from-settings.ts";
import { createJob } from "./create-job.ts";
import { deleteJob } from "./delete-job.ts";
import { deleteRun } from "./delete-run.ts";
import { getJobRunStatus } from "./get-job-run-status.ts";
import { getJob } from "./get-job.ts";
import { getRunLogs } from "./get-run-logs.ts";
import { listJobs } from "./list-jobs.ts";
import { listRuns } from "./list-runs.ts";
import { repairRun } from "./repair-run.ts";
import { runJobWithParameters } from "./run-job-with-parameters.ts";
import { runJob } from "./run-job.ts";
import { submitRun } from "./submit-run.ts";
import { updateJob } from "./update-job.ts";

export const jobsToolset: readonly Tool[] = [
  listJobs,
  createJob,
  runJob,
  getJobRunStatus,
  getRunLogs,
  cancelRun,
  getJob,
  createJobFromSettings,
  updateJob,
  deleteJob,
  listRuns,
  runJobWithParameters,
  submitRun,
  repairRun,
  cancelJobRuns,
  deleteRun,
];
