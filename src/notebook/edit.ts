// Editing a notebook: what is asked for changes, and every other byte stays.
import { MortarError } from "../platform/errors.ts";
import { contentText, encodeCell, readCell, type CellOptions } from "./cell.ts";
import { commentTokens, headerLine, separatorLine, type NotebookLanguage } from "./language.ts";
import { headerLanguage, parseSource, type Cell, type Notebook } from "./source.ts";

export interface CellUpdate extends CellOptions {
  readonly index: number;
  readonly content: string;
}

export interface NewCell extends CellOptions {
  readonly content: string;
}

/**
 * Puts new content into one cell. The content is what a person sees (a `%sql` line first, or `options.language`), or raw
 * source with its MAGIC prefixes. The cell's title stays unless a new one is given. Throws `invalid_input`.
 */
export function replaceCell(notebook: Notebook, index: number, content: string, options: CellOptions = {}): Notebook {
  return replaceCells(notebook, [{ ...options, index, content }]);
}

/** Puts new content into several cells: all of them, or none when one is refused. Throws `invalid_input`. */
export function replaceCells(notebook: Notebook, updates: readonly CellUpdate[]): Notebook {
  const seen = new Set<number>();
  let { preamble } = notebook;
  const cells = [...notebook.cells];
  for (const update of updates) {
    const cell = cellAt(notebook, update.index);
    if (seen.has(update.index)) {
      throw new MortarError("invalid_input", `Cell ${update.index} is given twice`, {
        hint: "Give each cell index once.",
      });
    }
    seen.add(update.index);
    if (isSame(cell, update)) continue;
    const opened = update.index === 0 ? takePreamble(notebook, update.content) : undefined;
    preamble = opened?.preamble ?? preamble;
    cells[update.index] = replaced(notebook, cell, { ...update, content: opened?.content ?? update.content });
  }
  return settle({
    ...notebook,
    hasHeader: notebook.hasHeader || headerLanguage(preamble) !== undefined,
    preamble,
    cells,
  });
}

/** Puts a new cell before the cell at `index`, or after the last one. Throws `invalid_input`. */
export function insertCell(notebook: Notebook, index: number, content: string, options: CellOptions = {}): Notebook {
  if (!Number.isInteger(index) || index < 0 || index > notebook.cells.length) {
    throw new MortarError("invalid_input", `A cell cannot be inserted at ${index}: ${countOf(notebook)}`, {
      hint: `Give a place from 0 to ${notebook.cells.length}.`,
    });
  }
  const begun = index === 0 ? takePreamble(notebook, content) : undefined;
  const preamble = begun?.preamble ?? notebook.preamble;
  const raw = withLineEnds(notebook, encodeCell(begun?.content ?? content, notebook.language, options));
  const next = notebook.cells[index];
  const isFirst = notebook.cells.length === 0;
  const lead = isFirst ? "" : (next?.lead ?? gap(notebook));
  const added: Cell = { index, ...readCell(raw, notebook.language), raw, lead };
  const after = next === undefined ? [] : [{ ...next, lead: gap(notebook) }, ...notebook.cells.slice(index + 1)];
  const cells = [...notebook.cells.slice(0, index), added, ...after];
  const hasHeader = notebook.hasHeader || begun !== undefined;
  return settle({ ...notebook, hasHeader, preamble, cells, tail: isFirst ? notebook.lineEnd : notebook.tail });
}

/** Takes one cell out. Throws `invalid_input` for an index that is not there. */
export function deleteCell(notebook: Notebook, index: number): Notebook {
  const gone = cellAt(notebook, index);
  const cells = notebook.cells.filter((cell) => cell !== gone);
  const [first] = cells;
  if (index === 0 && first !== undefined) cells[0] = { ...first, lead: gone.lead };
  return cells.length === 0 ? { ...notebook, cells, tail: "" } : settle({ ...notebook, cells });
}

/** A new notebook of these cells, with header, as an export would have it. Throws `invalid_input`. */
export function buildNotebook(language: NotebookLanguage, cells: readonly NewCell[]): Notebook {
  const empty = parseSource(`${headerLine(language)}\n`, language);
  const opened = cells[0] === undefined ? undefined : takePreamble(empty, cells[0].content);
  const built = cells.map((cell, index): Cell => {
    const raw = encodeCell((index === 0 ? opened?.content : undefined) ?? cell.content, language, cell);
    return { index, ...readCell(raw, language), raw, lead: index === 0 ? "" : gap(empty) };
  });
  if (built.length === 0) return empty;
  return settle({ ...empty, preamble: opened?.preamble ?? empty.preamble, cells: built, tail: "\n" });
}

function cellAt(notebook: Notebook, index: number): Cell {
  const cell = Number.isInteger(index) ? notebook.cells[index] : undefined;
  if (cell !== undefined) return cell;
  throw new MortarError("invalid_input", `There is no cell ${index}: ${countOf(notebook)}`, {
    hint: "Read the notebook again for the indexes of its cells.",
  });
}

function countOf({ cells }: Notebook): string {
  if (cells.length === 0) return "the notebook has no cells";
  return `the notebook has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, 0 to ${cells.length - 1}`;
}

function replaced(notebook: Notebook, cell: Cell, update: CellUpdate): Cell {
  const text = encodeCell(update.content, notebook.language, { ...update, previous: cell });
  const raw = withLineEnds(notebook, text);
  return { index: cell.index, ...readCell(raw, notebook.language), raw, lead: cell.lead };
}

/** Content that says what the cell already holds changes nothing, not even a prefix that an export would write otherwise. */
function isSame(cell: Cell, { content, language, title }: CellUpdate): boolean {
  if (language !== undefined && language !== cell.language) return false;
  if (title !== undefined && (title ?? "") !== (cell.title ?? "")) return false;
  return content === cell.source || content === cell.raw || contentText(content) === cell.source;
}

/** The header, and an environment block, that new content for the first cell brings along. */
function takePreamble(notebook: Notebook, content: string): { preamble: string; content: string } | undefined {
  const header = headerLanguage(content);
  if (header === undefined) return undefined;
  if (commentTokens[header] !== commentTokens[notebook.language]) {
    throw new MortarError("invalid_input", `The content has the header of another language (${header})`, {
      hint: `This notebook is written in ${notebook.language}. Write the whole notebook to change its language.`,
    });
  }
  const { preamble } = parseSource(content, notebook.language);
  const body = content.slice(preamble.length);
  const isHeaderAlone = !contentText(preamble).includes("\n");
  if (notebook.hasHeader && isHeaderAlone) return { preamble: notebook.preamble, content: body };
  const mark = notebook.preamble.startsWith("\uFEFF") ? "\uFEFF" : "";
  return { preamble: mark + withLineEnds(notebook, contentText(preamble.replace(/^\uFEFF/, ""))), content: body };
}

function withLineEnds(notebook: Notebook, text: string): string {
  return notebook.lineEnd === "\n" ? text : text.replaceAll("\n", "\r\n");
}

/** What stands between two cells in an export. */
function gap({ language, lineEnd }: Pick<Notebook, "language" | "lineEnd">): string {
  return `${lineEnd}${lineEnd}${separatorLine(language)}${lineEnd}${lineEnd}`;
}

/**
 * Puts the cells in order again after an edit: indexes count up, and every cell has around it the line ends without which
 * it would be read otherwise. A parsed notebook stays as it is.
 */
export function settle(notebook: Notebook): Notebook {
  const { lineEnd, hasHeader, preamble } = notebook;
  let above = "";
  const cells = notebook.cells.map((cell, index): Cell => {
    const opensBlank = /^\r?\n/.test(cell.raw);
    let { lead } = cell;
    if (index > 0) lead = opened(closed(above, lead, lineEnd), cell.raw, { opensBlank, lineEnd });
    else if (lead === "" && opensBlank && hasHeader) lead = lineEnd;
    above = cell.raw;
    return lead === cell.lead && index === cell.index ? cell : { ...cell, index, lead };
  });
  if (cells.length === 0) return { ...notebook, cells };
  const unclosed = hasHeader && !preamble.endsWith("\n");
  const alone = cells.length === 1 && above === "" && cells[0]?.lead === "";
  const tail = notebook.tail === "" && (alone || above.endsWith("\n")) ? lineEnd : notebook.tail;
  return { ...notebook, cells, preamble: unclosed ? preamble + lineEnd : preamble, tail: whole(above, tail) };
}

/** `lead` with the line end of the cell above at its start, and a blank line where that cell would lose its own. */
function closed(above: string, lead: string, lineEnd: string): string {
  if (above === "") return lead;
  if (!/^\r?\n/.test(lead)) return whole(above, lineEnd + lineEnd + lead);
  const lacksBlank = above.endsWith("\n") && !/^\r?\n\r?\n/.test(lead);
  return whole(above, lacksBlank ? lineEnd + lead : lead);
}

/** `lead` with the separator's line end, and a blank line where the cell below would lose its own. */
function opened(
  lead: string,
  below: string,
  { opensBlank, lineEnd }: { opensBlank: boolean; lineEnd: string },
): string {
  if (below === "") return lead;
  if (!lead.endsWith("\n")) return lead + lineEnd + lineEnd;
  return opensBlank && !/\n\r?\n$/.test(lead) ? lead + lineEnd : lead;
}

/** A lone \r at the end of a cell must not become half of a line end. */
function whole(above: string, following: string): string {
  return above.endsWith("\r") && following.startsWith("\n") ? `\r${following}` : following;
}
