// The toolset clusters: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const clustersEntries: ToolsetEntries = {
  usual: [
    ["list_clusters", "read", "List clusters"],
    ["get_cluster_status", "read", "Get a cluster's state"],
    ["start_cluster", "write", "Start a cluster"],
    ["stop_cluster", "destructive", "Stop a cluster"],
    ["create_cluster", "write", "Create a cluster"],
    ["list_cluster_policies", "read", "List cluster policies"],
  ],
};
