// The toolset jobs as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import cancelJobRuns from "./cancel_job_runs.json";
import cancelRun from "./cancel_run.json";
import createJob from "./create_job.json";
import createJobFromSettings from "./create_job_from_settings.json";
import deleteJob from "./delete_job.json";
import deleteRun from "./delete_run.json";
import getJob from "./get_job.json";
import getJobRunStatus from "./get_job_run_status.json";
import getRunLogs from "./get_run_logs.json";
import listJobs from "./list_jobs.json";
import listRuns from "./list_runs.json";
import repairRun from "./repair_run.json";
import runJob from "./run_job.json";
import runJobWithParameters from "./run_job_with_parameters.json";
import submitRun from "./submit_run.json";
import updateJob from "./update_job.json";

export const jobsGolden: readonly ListedTool[] = [
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
