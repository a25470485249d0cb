// The toolset sql: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const sqlEntries: ToolsetEntries = {
  usual: [
    ["query_sql", "read", "Query with SQL"],
    ["execute_sql", "destructive", "Execute SQL"],
    ["execute_sql_script", "destructive", "Execute several SQL statements"],
    ["get_statement_result", "read", "Get a statement's result"],
    ["cancel_statement", "destructive", "Cancel a statement"],
    ["export_query", "write", "Write a query's result to a file", "local"],
    ["list_warehouses", "read", "List SQL warehouses"],
    ["start_warehouse", "write", "Start a SQL warehouse"],
    ["stop_warehouse", "destructive", "Stop a SQL warehouse"],
  ],
};
