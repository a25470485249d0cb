// create_volume_folder: a folder in a volume, with those above it.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { volumePath, volumePathInput } from "./paths.ts";

export const createVolumeFolder = defineTool({
  name: "create_volume_folder",
  toolset: "volumes",
  effect: "write",
  idempotent: true,
  title: "Create a folder in a volume",
  description: "Creates a folder in a volume, and those above it; one that is there stays as it is.",
  input: z.strictObject({ volume_path: volumePathInput }),
  output: z.object({ volume_path: z.string(), name: z.string(), was_there: z.boolean() }),
  spellings: { path: "volume_path" },
  targets: ({ volume_path }) => [pathTarget(volumePath(volume_path).path)],
  run: async ({ workspace, signal }, input) => {
    const { path } = volumePath(input.volume_path);
    const found = await workspace.files.status(path, { signal });
    await workspace.files.makeDirectory(path, { signal });
    return { volume_path: path, name: path.slice(path.lastIndexOf("/") + 1), was_there: found?.isDirectory === true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
