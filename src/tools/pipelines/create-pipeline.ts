// create_pipeline: a pipeline of SQL and Python sources. It runs when it is told to.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { withHint } from "../errors.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { pipelinesOf, pipelineUrl } from "./fields.ts";
import { missingHint, newSpec, specInput, wishedSpec } from "./spec.ts";

export const createPipeline = defineTool({
  name: "create_pipeline",
  toolset: "pipelines",
  effect: "write",
  title: "Create a pipeline",
  description: "Creates a pipeline of workspace files, notebooks or folders. run_pipeline then fills its tables.",
  input: z.strictObject({ name: z.string().min(1, "must not be empty"), ...specInput }),
  output: z.object({
    pipeline_id: z.string(),
    name: z.string(),
    pipeline_url: z.string(),
    missing_sources: z.array(z.string()).optional(),
    hint: z.string(),
  }),
  targets: runsCode,
  run: async (context, wish) => {
    const { spec, missing } = await wishedSpec(context, wish);
    const { pipelineId } = await pipelinesOf(context)
      .create(newSpec(spec), { signal: context.signal })
      .catch((thrown: unknown) => {
        const taken = thrown instanceof MortarError && /already used|already exists/i.test(thrown.message);
        throw taken ? withHint(thrown, "`deploy_pipeline` changes and runs the pipeline of that name.") : thrown;
      });
    return {
      pipeline_id: pipelineId,
      name: wish.name,
      pipeline_url: pipelineUrl(context, pipelineId),
      missing_sources: missing.length === 0 ? undefined : [...missing],
      hint: missing.length === 0 ? "`run_pipeline` with this pipeline_id fills its tables." : missingHint(missing),
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
