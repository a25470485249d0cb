// The toolset execution: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const executionEntries: ToolsetEntries = {
  usual: [
    ["create_context", "write", "Open an execution context"],
    ["execute_cell", "destructive", "Run code in a context"],
    ["get_command_result", "read", "Get a running command's result"],
    ["destroy_context", "destructive", "Close an execution context"],
  ],
};
