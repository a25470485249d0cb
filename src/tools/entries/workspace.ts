// The toolset workspace: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const workspaceEntries: ToolsetEntries = {
  usual: [
    ["search_workspace", "read", "Search the workspace"],
    ["get_workspace_object", "read", "Get what is at a path"],
    ["read_workspace_file", "read", "Read a workspace file"],
    ["upload_to_workspace", "destructive", "Upload to the workspace", "local"],
    ["download_from_workspace", "destructive", "Download from the workspace", "local"],
    ["create_workspace_folder", "write", "Create a workspace folder"],
    ["delete_workspace_path", "destructive", "Delete in the workspace"],
  ],
};
