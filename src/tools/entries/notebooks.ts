// The toolset notebooks: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const notebooksEntries: ToolsetEntries = {
  usual: [
    ["list_notebooks", "read", "List a workspace folder"],
    ["read_notebook", "read", "Read a notebook's cells"],
    ["write_notebook", "destructive", "Write a whole notebook"],
    ["update_notebook_cell", "destructive", "Change cells of a notebook"],
    ["run_notebook", "write", "Run a notebook"],
    ["wait_for_run", "read", "Wait for a run to end"],
    ["get_run_output", "read", "Get a run's cell outputs"],
    ["resolve_path", "read", "Resolve a workspace path"],
  ],
};
