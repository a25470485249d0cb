// get_volume_file_info: what is at a path of a volume, file or folder.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime } from "../fields.ts";
import { nameOf } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";
import { volumePath, volumePathInput, volumeStatus } from "./paths.ts";

export const getVolumeFileInfo = defineTool({
  name: "get_volume_file_info",
  toolset: "volumes",
  effect: "read",
  title: "Get a file's or folder's facts",
  description: "Tells whether a path of a volume is a file or a folder, and a file's size, time and content type.",
  input: z.strictObject({ volume_path: volumePathInput }),
  output: z.object({
    volume_path: z.string(),
    name: z.string(),
    kind: z.enum(["file", "folder"]),
    size_bytes: z.number().optional(),
    modified: z.string().optional(),
    content_type: z.string().optional(),
  }),
  spellings: { path: "volume_path" },
  run: async (context, input) => {
    const { path } = volumePath(input.volume_path);
    const found = await volumeStatus(context, path);
    return {
      volume_path: path,
      name: nameOf(path),
      kind: found.isDirectory ? ("folder" as const) : ("file" as const),
      size_bytes: found.sizeBytes,
      modified: isoTime(found.modifiedAtMs),
      content_type: found.contentType,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
