// The toolset genie: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const genieEntries: ToolsetEntries = {
  usual: [
    ["list_genie_spaces", "read", "List Genie spaces"],
    ["get_genie_space", "read", "Get a Genie space"],
    ["ask_genie", "write", "Ask Genie"],
    ["get_genie_answer", "read", "Get Genie's answer"],
    ["list_genie_conversations", "read", "List Genie conversations"],
    ["list_genie_messages", "read", "List messages to Genie"],
    ["send_genie_feedback", "write", "Rate Genie's answer"],
    ["create_genie_space", "write", "Create a Genie space"],
    ["update_genie_space", "destructive", "Change a Genie space"],
    ["delete_genie_space", "destructive", "Delete a Genie space"],
  ],
};
