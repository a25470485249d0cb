// The toolset queries: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const queriesEntries: ToolsetEntries = {
  usual: [
    ["list_query_history", "read", "List query history"],
    ["get_query", "read", "Get a query of the history"],
    ["get_table_lineage", "read", "Get a table's lineage"],
    ["get_column_lineage", "read", "Get a column's lineage"],
    ["get_usage", "read", "Get usage and its list price"],
  ],
};
