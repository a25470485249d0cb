// The pipelines toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createPipeline } from "./create-pipeline.ts";
import { deletePipeline } from "./delete-pipeline.ts";
import { deployPipeline } from "./deploy-pipeline.ts";
import { getPipelineUpdate } from "./get-pipeline-update.ts";
import { getPipeline } from "./get-pipeline.ts";
import { listPipelineEvents } from "./list-pipeline-events.ts";
import { listPipelineUpdates } from "./list-pipeline-updates.ts";
import { listPipelines } from "./list-pipelines.ts";
import { runPipeline } from "./run-pipeline.ts";
import { stopPipeline } from "./stop-pipeline.ts";
import { updatePipeline } from "./update-pipeline.ts";

export const pipelinesToolset: readonly Tool[] = [
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
