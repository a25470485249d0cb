// The jobs toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { cancelRun } from "./cancel-run.ts";
import { createJob } from "./create-job.ts";
import { getJobRunStatus } from "./get-job-run-status.ts";
import { getRunLogs } from "./get-run-logs.ts";
import { listJobs } from "./list-jobs.ts";
import { runJob } from "./run-job.ts";

export const jobsToolset: readonly Tool[] = [listJobs, createJob, runJob, getJobRunStatus, getRunLogs, cancelRun];
