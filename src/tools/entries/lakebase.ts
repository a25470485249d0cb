// The toolset lakebase: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const lakebaseEntries: ToolsetEntries = {
  usual: [
    ["list_lakebase_databases", "read", "List Lakebase databases"],
    ["get_lakebase_database", "read", "Get a Lakebase database"],
    ["create_lakebase_project", "write", "Create a Lakebase project"],
    ["update_lakebase_project", "write", "Change a Lakebase project"],
    ["delete_lakebase_project", "destructive", "Delete a Lakebase project"],
    ["create_lakebase_branch", "write", "Create a Lakebase branch"],
    ["update_lakebase_branch", "write", "Change a Lakebase branch"],
    ["delete_lakebase_branch", "destructive", "Delete a Lakebase branch"],
    ["create_lakebase_endpoint", "write", "Create a Lakebase endpoint"],
    ["update_lakebase_endpoint", "write", "Change a Lakebase endpoint"],
    ["delete_lakebase_endpoint", "destructive", "Delete a Lakebase endpoint"],
    ["create_lakebase_instance", "write", "Create a Lakebase instance"],
    ["update_lakebase_instance", "write", "Change a Lakebase instance"],
    ["delete_lakebase_instance", "destructive", "Delete a Lakebase instance"],
    ["create_synced_table", "write", "Create a synced table"],
    ["get_synced_table", "read", "Get a synced table"],
    ["delete_synced_table", "destructive", "Delete a synced table"],
    ["create_lakebase_credential", "write", "Make a password for Lakebase", "local"],
  ],
};
