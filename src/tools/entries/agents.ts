// The toolset agents: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const agentsEntries: ToolsetEntries = {
  usual: [
    ["list_agents", "read", "List agents"],
    ["get_agent", "read", "Get an agent"],
    ["create_knowledge_assistant", "write", "Create a knowledge assistant"],
    ["create_supervisor_agent", "write", "Create a supervisor agent"],
    ["update_agent", "destructive", "Change an agent"],
    ["delete_agent", "destructive", "Delete an agent"],
    ["add_knowledge_source", "write", "Add a knowledge source"],
    ["delete_knowledge_source", "destructive", "Delete a knowledge source"],
    ["sync_knowledge_sources", "write", "Sync knowledge sources"],
    ["add_supervisor_tool", "write", "Add a tool to a supervisor"],
    ["delete_supervisor_tool", "destructive", "Take a tool from a supervisor"],
    ["list_agent_examples", "read", "List examples of an agent"],
    ["add_agent_examples", "write", "Add examples to an agent"],
    ["delete_agent_example", "destructive", "Delete an example of an agent"],
  ],
};
