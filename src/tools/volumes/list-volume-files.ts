// list_volume_files: what is in a folder of a volume, and below it where that is wanted.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { isoTime, tableFields, tableOf } from "../fields.ts";
import { fitting } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { volumePath, volumePathInput, volumeStatus } from "./paths.ts";
import { remoteEntries, type RemoteEntry } from "./remote-entries.ts";

export const listVolumeFiles = defineTool({
  name: "list_volume_files",
  toolset: "volumes",
  effect: "read",
  title: "List files of a volume",
  description: "Lists a folder of a volume with sizes and times; recursive lists what is below it, too.",
  input: z.strictObject({
    volume_path: volumePathInput,
    recursive: z.boolean().default(false),
    limit: z.int().min(1).max(1_000).default(200),
    offset: z.int().min(0).max(100_000).default(0),
  }),
  output: z.object({
    volume_path: z.string(),
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
    hint: z.string().optional(),
  }),
  spellings: { path: "volume_path", max_results: "limit" },
  run: async (context, input) => {
    const { path } = volumePath(input.volume_path);
    const end = input.offset + input.limit;
    const found = await explaining(context, path, () =>
      firstOf(remoteEntries(context, path, { recursive: input.recursive, limit: end + 1 }), end + 1),
    );
    const shown = fitting(found.slice(input.offset, end), context.limits.textChars);
    const next = input.offset + shown.length;
    const isMore = next < found.length;
    return {
      volume_path: path,
      ...tableOf<RemoteEntry>(shown, {
        name: ({ parts, isDirectory }) => `${parts.join("/")}${isDirectory ? "/" : ""}`,
        size_bytes: ({ sizeBytes }) => sizeBytes,
        modified: ({ modifiedAtMs }) => isoTime(modifiedAtMs),
      }),
      returned: shown.length,
      truncated: isMore,
      next_offset: isMore ? next : undefined,
      hint: found.length === 0 ? "The folder is empty." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

async function firstOf(entries: AsyncIterable<RemoteEntry>, count: number): Promise<readonly RemoteEntry[]> {
  const found: RemoteEntry[] = [];
  for await (const entry of entries) {
    found.push(entry);
    if (found.length >= count) break;
  }
  return found;
}

/** A folder that cannot be listed is a file, or is not there. */
async function explaining<T>(context: ToolContext, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || (thrown.code !== "not_found" && thrown.code !== "invalid_input"))
      throw thrown;
    const { isDirectory } = await volumeStatus(context, path);
    if (isDirectory) throw thrown;
    throw new MortarError("invalid_input", `${path} is a file, and no folder`, {
      hint: "`get_volume_file_info` tells of it, `read_volume_file` reads it.",
    });
  }
}
