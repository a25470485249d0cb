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
};
