// delete_run: the record of an ended run, with its outputs.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { idInput, idOutput } from "../fields.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";

export const deleteRun = defineTool({
  name: "delete_run",
  toolset: "jobs",
  effect: "destructive",
  title: "Delete a run's record",
  description: "Deletes the record of an ended run with its outputs, for good. cancel_run ends one that goes on.",
  input: z.strictObject({ run_id: idInput("The run") }),
  output: z.object({ run_id: idOutput, run_name: z.string().optional(), deleted: z.boolean() }),
  confirm: async ({ run_id }, { workspace, signal }) => {
    const { runName = "" } = await workspace.runs.get(run_id, { signal });
    return question`Delete the record of the run ${runName} (${run_id}) and its outputs for good?`;
  },
  targets: nowhere,
  run: async ({ workspace, signal }, { run_id: runId }) => {
    const { runName } = await workspace.runs.get(runId, { signal });
    await workspace.runs.delete(runId, { signal });
    return { run_id: runId, run_name: runName, deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
