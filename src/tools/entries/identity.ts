// The toolset identity: its tools by name, in the order in which they are listed.
import type { ToolsetEntries } from "../entry.ts";

export const identityEntries: ToolsetEntries = {
  usual: [
    ["get_current_user", "read", "Get who is signed in"],
    ["list_profiles", "read", "List profiles"],
    ["switch_workspace", "write", "Switch the workspace"],
    ["sign_in", "write", "Sign in with the browser"],
  ],
};
