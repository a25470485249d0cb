// get_workspace_object: what is at a path of the workspace.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime, pathInput } from "../fields.ts";
import { absolutePath, statusAt } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";

export const getWorkspaceObject = defineTool({
  name: "get_workspace_object",
  toolset: "workspace",
  effect: "read",
  title: "Get what is at a path",
  description: "Tells type, language, size and times of a notebook, file, folder or git folder.",
  input: z.strictObject({ path: pathInput("Workspace path; ~ is your home folder") }),
  output: z.object({
    path: z.string(),
    type: z.string(),
    object_id: z.string().optional(),
    language: z.string().optional(),
    size_bytes: z.number().optional(),
    created: z.string().optional(),
    modified: z.string().optional(),
  }),
  spellings: { workspace_path: "path" },
  run: async (context, input) => {
    const path = await absolutePath(context, input.path);
    const info = await statusAt(context, path);
    return {
      path,
      type: info.objectType,
      object_id: info.objectId,
      language: info.language,
      size_bytes: info.sizeBytes,
      created: isoTime(info.createdAtMs),
      modified: isoTime(info.modifiedAtMs),
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
