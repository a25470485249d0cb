// read_notebook: the cells of a notebook with their language and title.
import * as z from "zod";
import type { Cell } from "../../notebook/source.ts";
import { defineTool } from "../define.ts";
import { notebookPathInput, tableFields, type CellValue } from "../fields.ts";
import { cutText, type Limits } from "../limits.ts";
import { absolutePath } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";
import { fetchNotebook } from "./source.ts";

const columns = ["cell", "language", "title", "source", "total_chars"];

export const readNotebook = defineTool({
  name: "read_notebook",
  toolset: "notebooks",
  effect: "read",
  title: "Read a notebook's cells",
  description:
    "Reads a notebook as cells, counted from 0, for update_notebook_cell. Cells in another language than the notebook's begin with their magic, such as %sql or %md.",
  input: z.strictObject({
    notebook_path: notebookPathInput,
    cell_offset: z.int().min(0).default(0),
    cell_limit: z.int().min(1).optional(),
    char_offset: z.int().min(0).default(0).describe("Where to begin in the first cell"),
  }),
  spellings: { path: "notebook_path" },
  output: z.object({
    path: z.string(),
    language: z.string(),
    total_cells: z.number(),
    cells_returned: z.number(),
    cell_offset: z.number(),
    ...tableFields,
    truncated: z.boolean(),
    next_offset: z.number().optional(),
    next_char_offset: z.number().optional(),
    hint: z.string().optional(),
  }),
  run: async (context, input) => {
    const path = await absolutePath(context, input.notebook_path);
    const { notebook } = await fetchNotebook(context, path);
    const end = input.cell_limit === undefined ? notebook.cells.length : input.cell_offset + input.cell_limit;
    const window = notebook.cells.slice(input.cell_offset, end);
    const page = pageOf(window, input.char_offset, context.limits);
    const next = input.cell_offset + page.whole;
    const more = next < notebook.cells.length;
    return {
      path,
      language: notebook.language,
      total_cells: notebook.cells.length,
      cells_returned: page.rows.length,
      cell_offset: input.cell_offset,
      columns,
      rows: page.rows,
      truncated: more,
      next_offset: more ? next : undefined,
      next_char_offset: more ? page.nextChar : undefined,
      hint: hintFor(input.cell_offset, notebook.cells.length, more),
    };
  },
  text: ({ columns: _columns, rows, ...rest }) =>
    fieldText(rows.map(cellText), rows.length === 0 ? [] : ["---"], fieldLines(rest)),
});

function hintFor(offset: number, total: number, more: boolean): string | undefined {
  if (offset > 0 && offset >= total) return `The notebook has ${total} cells, counted from 0.`;
  return more
    ? "Read on with cell_offset = next_offset (and char_offset = next_char_offset where it is given)."
    : undefined;
}

interface Page {
  readonly rows: CellValue[][];
  /** Cells that are here to their end. */
  readonly whole: number;
  /** Where to go on in the cell after those. */
  readonly nextChar: number | undefined;
}

/** As many cells as fit; a cell too long for one result is cut, and the next call goes on inside it. */
function pageOf(cells: readonly Cell[], charOffset: number, limits: Limits): Page {
  const rows: CellValue[][] = [];
  let room = limits.textChars;
  for (const [index, cell] of cells.entries()) {
    const from = index === 0 ? Math.min(charOffset, cell.source.length) : 0;
    const left = cell.source.length - from;
    if (rows.length > 0 && left > room) return { rows, whole: rows.length, nextChar: undefined };
    const cut = cutText(cell.source, room, from);
    const partial = cut.truncated || from > 0;
    rows.push([cell.index, cell.language, cell.title ?? null, cut.text, partial ? cut.totalChars : null]);
    if (cut.truncated) return { rows, whole: rows.length - 1, nextChar: from + cut.shownChars };
    room -= left + 20;
  }
  return { rows, whole: rows.length, nextChar: undefined };
}

function cellText([index, language, title, source, total]: readonly CellValue[]): string {
  const name = title === null ? "" : ` "${String(title)}"`;
  const part = total === null ? "" : ` (a part of ${String(total)} characters)`;
  return `--- cell ${String(index)} ${String(language)}${name}${part}\n${String(source)}`;
}
