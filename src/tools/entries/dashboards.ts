// The toolset dashboards: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const dashboardsEntries: ToolsetEntries = {
  usual: [
    ["list_dashboards", "read", "List dashboards"],
    ["get_dashboard", "read", "Get a dashboard"],
    ["create_dashboard", "destructive", "Create a dashboard"],
    ["update_dashboard", "destructive", "Change a dashboard"],
    ["publish_dashboard", "write", "Publish a dashboard"],
    ["unpublish_dashboard", "destructive", "Unpublish a dashboard"],
    ["delete_dashboard", "destructive", "Delete a dashboard"],
  ],
};
