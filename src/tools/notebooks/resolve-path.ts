// resolve_path: from a short path to the full one, and what is there.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { ObjectInfo } from "../../workspace/objects.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { idOutput, pathInput } from "../fields.ts";
import { absolutePath, statusAt } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";

export const resolvePathTool = defineTool({
  name: "resolve_path",
  toolset: "notebooks",
  effect: "read",
  title: "Resolve a workspace path",
  description:
    "Gives the full path of ~/x (your home folder) or shared/x, and says what is there. Every path argument takes these forms by itself.",
  input: z.strictObject({ path: pathInput("~/notebook, shared/notebook or a full path") }),
  spellings: { notebook_path: "path" },
  output: z.object({
    path: z.string(),
    exists: z.boolean(),
    type: z.string().optional(),
    language: z.string().optional(),
    object_id: idOutput.optional(),
    hint: z.string().optional(),
  }),
  run: async (context, input) => {
    const path = await absolutePath(context, input.path);
    const { info, hint } = await lookUp(context, path);
    return {
      path,
      exists: info !== undefined,
      type: info?.objectType,
      language: info?.language,
      object_id: info?.objectId,
      hint,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

async function lookUp(context: ToolContext, path: string): Promise<{ info?: ObjectInfo; hint?: string | undefined }> {
  try {
    return { info: await statusAt(context, path) };
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return { hint: thrown.hint };
    throw thrown;
  }
}
