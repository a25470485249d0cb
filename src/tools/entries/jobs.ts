// The toolset jobs: its tools by name, in the order in which they are listed.
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
};
