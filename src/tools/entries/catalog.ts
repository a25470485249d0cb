// The toolset catalog: its tools by name, in the order in which they are listed.
import type { ToolsetEntries } from "../entry.ts";

export const catalogEntries: ToolsetEntries = {
  usual: [
    ["list_catalogs", "read", "List catalogs"],
    ["list_schemas", "read", "List schemas"],
    ["list_tables", "read", "List tables"],
    ["get_table", "read", "Describe a table"],
    ["get_table_stats", "read", "Count what is in a table"],
  ],
  more: [
    ["list_securables", "read", "List functions, connections, shares"],
    ["get_securable", "read", "Describe an object of Unity Catalog"],
    ["create_catalog", "write", "Create a catalog"],
    ["create_schema", "write", "Create a schema"],
    ["create_volume", "write", "Create a volume"],
    ["update_securable", "destructive", "Change an object of Unity Catalog"],
    ["delete_securable", "destructive", "Delete an object of Unity Catalog"],
    ["get_grants", "read", "Tell who may do what"],
    ["grant_privileges", "destructive", "Grant privileges"],
    ["revoke_privileges", "destructive", "Revoke privileges"],
  ],
};
