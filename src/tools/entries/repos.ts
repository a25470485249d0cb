// The toolset repos: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const reposEntries: ToolsetEntries = {
  usual: [
    ["list_repos", "read", "List git folders"],
    ["get_repo", "read", "Get a git folder"],
    ["create_repo", "write", "Clone a git folder"],
    ["update_repo", "destructive", "Pull or switch a git folder"],
    ["delete_repo", "destructive", "Delete a git folder"],
    ["list_git_credentials", "read", "List Git credentials"],
  ],
};
