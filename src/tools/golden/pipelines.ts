// The toolset pipelines as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createPipeline from "./create_pipeline.json";
import deletePipeline from "./delete_pipeline.json";
import deployPipeline from "./deploy_pipeline.json";
import getPipeline from "./get_pipeline.json";
import getPipelineUpdate from "./get_pipeline_update.json";
import listPipelineEvents from "./list_pipeline_events.json";
import listPipelineUpdates from "./list_pipeline_updates.json";
import listPipelines from "./list_pipelines.json";
import runPipeline from "./run_pipeline.json";
import stopPipeline from "./stop_pipeline.json";
import updatePipeline from "./update_pipeline.json";

export const pipelinesGolden: readonly ListedTool[] = [
  listPipelines,
  getPipeline,
  deployPipeline,
  createPipeline,
  updatePipeline,
  deletePipeline,
  runPipeline,
  getPipelineUpdate,
  stopPipeline,
  listPipelineUpdates,
  listPipelineEvents,
];
