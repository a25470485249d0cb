// The toolset identity: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const identityEntries: ToolsetEntries = {
  usual: [
    ["get_current_user", "read", "Get who is signed in"],
    ["list_profiles", "read", "List profiles", "local"],
    ["switch_workspace", "write", "Switch the workspace", "local"],
    ["sign_in", "write", "Sign in with the browser", "local"],
  ],
};
