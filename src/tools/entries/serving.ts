// The toolset serving: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const servingEntries: ToolsetEntries = {
  usual: [
    ["list_serving_endpoints", "read", "List serving endpoints"],
    ["get_serving_endpoint", "read", "Get a serving endpoint"],
    ["invoke_serving_endpoint", "write", "Call a serving endpoint"],
    ["create_serving_endpoint", "write", "Create a serving endpoint"],
    ["update_serving_endpoint", "destructive", "Change a serving endpoint"],
    ["delete_serving_endpoint", "destructive", "Delete a serving endpoint"],
    ["get_serving_logs", "read", "Read logs of a serving endpoint"],
    ["get_serving_metrics", "read", "Read metrics of a serving endpoint"],
  ],
};
