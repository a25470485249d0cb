// list_notebooks: what is in a workspace folder.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime, pathInput, tableFields, tableOf } from "../fields.ts";
import { fitting } from "../limits.ts";
import { absolutePath, explainingPath } from "../paths.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";

export const listNotebooks = defineTool({
  name: "list_notebooks",
  toolset: "notebooks",
  effect: "read",
  title: "List a workspace folder",
  description: "Lists a workspace folder: notebooks, folders, files. ~ is your home folder, shared the common one.",
  input: z.strictObject({
    path: pathInput("Folder: /Workspace/Users/me@x.com, ~ or shared/team"),
    notebooks_only: z.boolean().default(false),
    limit: z.int().min(1).max(1000).default(100),
    offset: z.int().min(0).default(0),
  }),
  spellings: { notebook_path: "path" },
  output: z.object({
    path: z.string(),
    ...tableFields,
    returned_count: z.number(),
    total_count: z.number(),
    offset: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
  }),
  run: async (context, input) => {
    const path = await absolutePath(context, input.path);
    const all = await explainingPath(context, path, () =>
      context.workspace.objects.list(path, { signal: context.signal }),
    );
    const items = input.notebooks_only ? all.filter(({ objectType }) => objectType === "NOTEBOOK") : all;
    const shown = fitting(items.slice(input.offset, input.offset + input.limit), context.limits.textChars);
    const end = input.offset + shown.length;
    const table = tableOf(shown, {
      path: (item) => item.path,
      type: (item) => item.objectType,
      language: (item) => item.language,
      modified: (item) => isoTime(item.modifiedAtMs),
    });
    return {
      path,
      ...table,
      returned_count: shown.length,
      total_count: items.length,
      offset: input.offset,
      truncated: end < items.length,
      next_offset: end < items.length ? end : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
