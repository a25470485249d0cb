// read_workspace_file: the text of a file of the workspace, or the source of a notebook.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { pathInput } from "../fields.ts";
import { cutText } from "../limits.ts";
import { absolutePath, explainingPath, statusAt } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";
import { fileText } from "../transfer/file-text.ts";
import { isFolder } from "./tree.ts";

export const readWorkspaceFile = defineTool({
  name: "read_workspace_file",
  toolset: "workspace",
  effect: "read",
  title: "Read a workspace file",
  description: "Reads the text of a workspace file, or a notebook's source. For single cells there is read_notebook.",
  input: z.strictObject({
    path: pathInput("Workspace path of the file"),
    max_chars: z.int().min(1).max(60_000).default(20_000),
    offset_chars: z.int().min(0).default(0),
  }),
  output: z.object({
    path: z.string(),
    type: z.string(),
    encoding: z.string(),
    total_chars: z.number(),
    shown_chars: z.number(),
    truncated: z.boolean(),
    next_offset_chars: z.number().optional(),
    text: z.string(),
  }),
  spellings: { workspace_path: "path" },
  run: async (context, input) => {
    const path = await absolutePath(context, input.path);
    const info = await statusAt(context, path);
    if (isFolder(info)) {
      throw new MortarError("invalid_input", `${path} is a folder`, {
        hint: "`list_notebooks` shows what is in it.",
      });
    }
    const format = info.objectType === "NOTEBOOK" ? "SOURCE" : "AUTO";
    const { content } = await explainingPath(context, path, () =>
      context.workspace.objects.export(path, { format, signal: context.signal }),
    );
    const found = fileText(content, true);
    if (found === undefined) {
      throw new MortarError("invalid_input", `${path} is no text file`, {
        hint: "`download_from_workspace` fetches it.",
      });
    }
    const { text, truncated, totalChars, shownChars } = cutText(found.text, input.max_chars, input.offset_chars);
    return {
      path,
      type: info.objectType,
      encoding: found.encoding,
      total_chars: totalChars,
      shown_chars: shownChars,
      truncated,
      next_offset_chars: truncated ? input.offset_chars + shownChars : undefined,
      text,
    };
  },
  text: ({ text, ...rest }) => fieldText(fieldLines(rest), "text:", text),
});
