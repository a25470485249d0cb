// The toolset resources: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const resourcesEntries: ToolsetEntries = {
  usual: [
    ["list_made_resources", "read", "List what was made here", "local"],
    ["delete_made_resource", "destructive", "Delete what was made here", "local"],
  ],
};
