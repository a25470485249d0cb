// read_volume_file: a part of a text file, without the rest of it being fetched.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { cutText } from "../limits.ts";
import { fieldLines, fieldText } from "../text.ts";
import { bytesOfText, fileText } from "../transfer/file-text.ts";
import { volumePath, volumePathInput, volumeStatus } from "./paths.ts";

export const readVolumeFile = defineTool({
  name: "read_volume_file",
  toolset: "volumes",
  effect: "read",
  title: "Read a text file of a volume",
  description: "Reads the first characters of a text file in a volume, and on from offset_bytes.",
  input: z.strictObject({
    volume_path: volumePathInput,
    max_chars: z.int().min(1).max(60_000).default(20_000),
    offset_bytes: z.int().min(0).default(0),
  }),
  output: z.object({
    volume_path: z.string(),
    size_bytes: z.number().optional(),
    encoding: z.string(),
    shown_chars: z.number(),
    truncated: z.boolean(),
    next_offset_bytes: z.number().optional(),
    hint: z.string().optional(),
    text: z.string(),
  }),
  spellings: { path: "volume_path", max_chars_to_read: "max_chars" },
  run: async (context, input) => {
    const { path } = volumePath(input.volume_path);
    const { isDirectory, sizeBytes } = await volumeStatus(context, path);
    if (isDirectory) {
      throw new MortarError("invalid_input", `${path} is a folder`, {
        hint: "`list_volume_files` shows what is in it.",
      });
    }
    const offset = input.offset_bytes;
    if (sizeBytes !== undefined && offset >= sizeBytes) {
      return {
        volume_path: path,
        size_bytes: sizeBytes,
        encoding: "utf-8",
        shown_chars: 0,
        truncated: false,
        text: "",
      };
    }
    // UTF-8 takes at most three bytes for each unit of a text; one more shows that there is more.
    const length = input.max_chars * 3 + 4;
    const bytes = await context.workspace.files.readPart(path, { offset, length, signal: context.signal });
    const isEnd = bytes.length < length;
    const found = fileText(bytes, isEnd);
    if (found === undefined) throw noText(path);
    const { text } = cutText(found.text, input.max_chars);
    const end = bytesOfText({ ...found, text });
    const isMore = !isEnd || end < bytes.length;
    return {
      volume_path: path,
      size_bytes: sizeBytes,
      encoding: found.encoding,
      shown_chars: text.length,
      truncated: isMore,
      next_offset_bytes: isMore ? offset + end : undefined,
      hint: isMore ? "`download_from_volume` fetches all of it." : undefined,
      text,
    };
  },
  text: ({ text, ...rest }) => fieldText(fieldLines(rest), "text:", text),
});

function noText(path: string): MortarError {
  return new MortarError("invalid_input", `${path} is no text file`, {
    hint: "`download_from_volume` fetches it; tables in files are read by SQL: SELECT * FROM read_files('PATH').",
  });
}
