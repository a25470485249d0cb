// The toolset compute: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const computeEntries: ToolsetEntries = {
  usual: [
    ["run_code", "destructive", "Run code"],
    ["run_file", "destructive", "Run a local file", "local"],
    ["list_compute", "read", "List compute"],
    ["list_node_types", "read", "List node types"],
    ["list_spark_versions", "read", "List Spark versions"],
    ["update_cluster", "destructive", "Change a cluster"],
    ["resize_cluster", "write", "Resize a running cluster"],
    ["restart_cluster", "destructive", "Restart a cluster"],
    ["delete_cluster", "destructive", "Delete a cluster"],
    ["list_cluster_events", "read", "List events of a cluster"],
    ["get_warehouse", "read", "Get a SQL warehouse"],
    ["create_warehouse", "write", "Create a SQL warehouse"],
    ["update_warehouse", "destructive", "Change a SQL warehouse"],
    ["delete_warehouse", "destructive", "Delete a SQL warehouse"],
  ],
};
