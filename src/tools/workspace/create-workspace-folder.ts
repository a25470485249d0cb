// create_workspace_folder: a folder of the workspace, with those above it.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { pathInput } from "../fields.ts";
import { absolutePath, nameOf } from "../paths.ts";
import { workspacePathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { statusIfThere } from "./status.ts";

export const createWorkspaceFolder = defineTool({
  name: "create_workspace_folder",
  toolset: "workspace",
  effect: "write",
  idempotent: true,
  title: "Create a workspace folder",
  description: "Creates a folder in the workspace, and those above it; one that is there stays as it is.",
  input: z.strictObject({ path: pathInput("Workspace path of the folder; ~ is your home folder") }),
  output: z.object({ path: z.string(), name: z.string(), was_there: z.boolean() }),
  spellings: { workspace_path: "path" },
  targets: async ({ path }, context) => [await workspacePathTarget(context, path)],
  run: async (context, input) => {
    const path = await absolutePath(context, input.path);
    const before = await statusIfThere(context, path);
    await context.workspace.objects.mkdirs(path, { signal: context.signal });
    return { path, name: nameOf(path), was_there: before !== undefined };
  },
  text: (output) => fieldText(fieldLines(output)),
});
