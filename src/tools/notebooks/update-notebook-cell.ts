// update_notebook_cell: new content for some cells; every other byte of the notebook stays.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { replaceCells, type CellUpdate } from "../../notebook/edit.ts";
import { printSource } from "../../notebook/source.ts";
import type { ObjectInfo } from "../../workspace/objects.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { workspacePathTarget } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { notebookPathInput } from "../fields.ts";
import { absolutePath } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";
import { fetchNotebook, storeNotebook } from "./source.ts";

const input = z.strictObject({
  notebook_path: notebookPathInput,
  cell_index: z.int().min(0).optional(),
  new_content: z.string().optional(),
  updates: z
    .array(z.strictObject({ index: z.int().min(0), content: z.string() }))
    .optional()
    .describe("Several cells at once, instead of cell_index and new_content"),
});

export const updateNotebookCell = defineTool({
  name: "update_notebook_cell",
  toolset: "notebooks",
  effect: "destructive",
  idempotent: true,
  title: "Change cells of a notebook",
  description:
    "Replaces the content of one cell (cell_index and new_content) or several (updates); indexes as read_notebook gives them. Write a cell in another language with its magic first, such as %sql; titles stay. All of the cells change, or none.",
  input,
  spellings: { path: "notebook_path", index: "cell_index", content: "new_content" },
  output: z.object({
    path: z.string(),
    status: z.enum(["updated", "unchanged"]),
    updated_cells: z.array(z.number()),
    total_cells: z.number(),
    language: z.string(),
  }),
  // Its version history keeps what stood there.
  confirm: asksNobody,
  targets: async ({ notebook_path }, context) => [await workspacePathTarget(context, notebook_path)],
  run: async (context, given) => {
    const updates = updatesOf(given);
    const path = await absolutePath(context, given.notebook_path);
    const { notebook, source, info } = await fetchNotebook(context, path);
    const edited = replaceCells(notebook, updates);
    const content = printSource(edited);
    const result = {
      path,
      updated_cells: updates.map(({ index }) => index),
      total_cells: edited.cells.length,
      language: notebook.language,
    };
    if (content === source) return { ...result, status: "unchanged" as const };
    await refuseIfChanged(context, path, info);
    await storeNotebook(context, { path, content, format: "SOURCE", language: notebook.language, overwrite: true });
    return { ...result, status: "updated" as const };
  },
  text: (output) => fieldText(fieldLines(output)),
});

function updatesOf({ cell_index, new_content, updates }: z.output<typeof input>): readonly CellUpdate[] {
  const single = cell_index !== undefined || new_content !== undefined;
  if (single && updates !== undefined) {
    throw new MortarError("invalid_input", "Both cell_index/new_content and updates are given", {
      hint: "Give one of the two.",
    });
  }
  if (updates !== undefined && updates.length > 0) return updates;
  if (cell_index === undefined || new_content === undefined) {
    throw new MortarError("invalid_input", "Nothing says which cell gets what", {
      hint: "Give cell_index and new_content, or updates: [{index, content}].",
    });
  }
  return [{ index: cell_index, content: new_content }];
}

/** Someone may have saved the notebook since it was read: their work must not be lost. */
async function refuseIfChanged({ workspace, signal }: ToolContext, path: string, before: ObjectInfo): Promise<void> {
  const now = await workspace.objects.getStatus(path, { signal });
  if (now.modifiedAtMs === before.modifiedAtMs) return;
  throw new MortarError("conflict", `${path} was changed by someone else just now; nothing was written`, {
    hint: "Read it again with `read_notebook` and update again.",
  });
}
