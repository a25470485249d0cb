// The toolset apps: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const appsEntries: ToolsetEntries = {
  usual: [
    ["list_apps", "read", "List apps"],
    ["get_app", "read", "Get an app"],
    ["create_app", "write", "Create an app"],
    ["update_app", "write", "Change an app"],
    ["deploy_app", "destructive", "Deploy an app"],
    ["list_app_deployments", "read", "List an app's deployments"],
    ["get_app_logs", "read", "Get an app's logs"],
    ["start_app", "write", "Start an app"],
    ["stop_app", "destructive", "Stop an app"],
    ["delete_app", "destructive", "Delete an app"],
  ],
};
