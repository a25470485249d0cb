// The toolset jobs: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const jobsEntries: ToolsetEntries = {
  usual: [
    ["list_jobs", "read", "List jobs"],
    ["create_job", "write", "Create a job"],
    ["run_job", "write", "Run a job"],
    ["get_job_run_status", "read", "Get a run's state"],
    ["get_run_logs", "read", "Get a run's logs"],
    ["cancel_run", "destructive", "Cancel a run"],
  ],
  more: [
    ["get_job", "read", "Get a job"],
    ["create_job_from_settings", "write", "Create a job from settings"],
    ["update_job", "destructive", "Change a job"],
    ["delete_job", "destructive", "Delete a job"],
    ["list_runs", "read", "List runs"],
    ["run_job_with_parameters", "write", "Run a job with any parameters"],
    ["submit_run", "write", "Run tasks once"],
    ["repair_run", "write", "Repair a run"],
    ["cancel_job_runs", "destructive", "Cancel all runs of a job"],
    ["delete_run", "destructive", "Delete a run's record"],
  ],
};
