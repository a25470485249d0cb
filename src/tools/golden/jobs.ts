// The toolset jobs as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import cancelRun from "./cancel_run.json";
import createJob from "./create_job.json";
import getJobRunStatus from "./get_job_run_status.json";
import getRunLogs from "./get_run_logs.json";
import listJobs from "./list_jobs.json";
import runJob from "./run_job.json";

export const jobsGolden: readonly ListedTool[] = [listJobs, createJob, runJob, getJobRunStatus, getRunLogs, cancelRun];
