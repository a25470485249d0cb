// destroy_context: closes an execution context and frees what it holds.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { nowhere } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { clusterIdInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { contextIdInput, contextKey } from "./fields.ts";

export const destroyContext = defineTool({
  name: "destroy_context",
  toolset: "execution",
  effect: "destructive",
  idempotent: true,
  title: "Close an execution context",
  description:
    "Closes an execution context: its variables are lost and a command that runs in it ends. The cluster goes on.",
  input: z.strictObject({ cluster_id: clusterIdInput, context_id: contextIdInput }),
  output: z.object({
    context_id: z.string(),
    cluster_id: z.string(),
    status: z.enum(["destroyed", "already_gone"]),
  }),
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, input) => {
    const ref = { clusterId: input.cluster_id, contextId: input.context_id };
    const status = await destroy(context, ref);
    context.session?.forget(contextKey(ref));
    return { context_id: input.context_id, cluster_id: input.cluster_id, status };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** A context that is gone already is what was wanted; so is every context of a cluster that does not run. */
async function destroy({ workspace, signal }: ToolContext, ref: { clusterId: string; contextId: string }) {
  try {
    await workspace.commands.destroyContext(ref, { signal });
    return "destroyed" as const;
  } catch (thrown) {
    const gone = thrown instanceof MortarError && (thrown.code === "not_found" || thrown.code === "invalid_state");
    if (!gone) throw thrown;
    return "already_gone" as const;
  }
}
