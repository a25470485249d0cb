// The toolset pipelines: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const pipelinesEntries: ToolsetEntries = {
  usual: [
    ["list_pipelines", "read", "List pipelines"],
    ["get_pipeline", "read", "Get a pipeline"],
    ["deploy_pipeline", "destructive", "Create or change a pipeline and run it"],
    ["create_pipeline", "write", "Create a pipeline"],
    ["update_pipeline", "destructive", "Change a pipeline"],
    ["delete_pipeline", "destructive", "Delete a pipeline"],
    ["run_pipeline", "destructive", "Run a pipeline"],
    ["get_pipeline_update", "read", "Get an update of a pipeline"],
    ["stop_pipeline", "destructive", "Stop a pipeline"],
    ["list_pipeline_updates", "read", "List updates of a pipeline"],
    ["list_pipeline_events", "read", "List events of a pipeline"],
  ],
};
