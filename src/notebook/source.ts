// The source format of notebooks: parsed without losing a byte, printed back exactly.
import { readCell, type CellView } from "./cell.ts";
import { commentTokens, headerLine, separatorLine, type NotebookLanguage } from "./language.ts";

export interface Cell extends CellView {
  /** Place in the notebook, from 0. */
  readonly index: number;
  /** The cell's text in the file: title line, MAGIC prefixes and line ends as they are. */
  readonly raw: string;
  /** What stands between the cell before (or the preamble) and this one: line end, blank lines, separator. */
  readonly lead: string;
}

/** A notebook in source format. The file is `preamble`, then `lead` and `raw` of each cell, then `tail`. */
export interface Notebook {
  readonly language: NotebookLanguage;
  readonly hasHeader: boolean;
  readonly cells: readonly Cell[];
  /** Byte order mark, header line and the environment block (`# /// script`) that follows it. */
  readonly preamble: string;
  /** What follows the last cell: as a rule one line end. */
  readonly tail: string;
  /** How most of the file ends its lines; new lines get the same. */
  readonly lineEnd: "\n" | "\r\n";
}

/**
 * Parses any text. The header decides between comment styles; `language` tells R from Python, and serves where there is
 * no header. `printSource` of the result is the text itself, whatever it was.
 *
 * A notebook is exported as header, then cells joined by "blank line, separator, blank line", then a line end. So one
 * blank line on each side of a separator belongs to it. Each separator stands between two cells, one of which may be empty.
 */
export function parseSource(text: string, language?: NotebookLanguage): Notebook {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const found = findHeader(text, start);
  const actual = found === undefined ? (language ?? guessLanguage(text)) : agreed(found, language);
  const preambleEnd = found === undefined ? start : endOfPreamble(text, start, commentTokens[actual]);
  const cells: Cell[] = [];
  let end = preambleEnd;
  for (const [from, to] of contents(text, preambleEnd, { language: actual, hasHeader: found !== undefined })) {
    const raw = text.slice(from, to);
    cells.push({ index: cells.length, ...readCell(raw, actual), raw, lead: text.slice(end, from) });
    end = to;
  }
  return {
    language: actual,
    hasHeader: found !== undefined,
    cells,
    preamble: text.slice(0, preambleEnd),
    tail: text.slice(end),
    lineEnd: lineEndOf(text),
  };
}

/** The notebook as the text of a file. */
export function printSource(notebook: Notebook): string {
  const parts = [notebook.preamble];
  for (const cell of notebook.cells) parts.push(cell.lead, cell.raw);
  parts.push(notebook.tail);
  return parts.join("");
}

/** The language that the header of `text` names, or undefined without a header. The header of R is that of Python. */
export function headerLanguage(text: string): NotebookLanguage | undefined {
  return findHeader(text, text.startsWith("\uFEFF") ? 1 : 0);
}

function findHeader(text: string, start: number): NotebookLanguage | undefined {
  return (["python", "sql", "scala"] as const).find((language) => {
    const header = headerLine(language);
    if (!text.startsWith(header, start)) return false;
    // Exports of 2015 and 2016 went on with " exported at" and a date.
    const after = text[start + header.length];
    return after === undefined || /\s/.test(after);
  });
}

function agreed(header: NotebookLanguage, language: NotebookLanguage | undefined): NotebookLanguage {
  return header === "python" && language === "r" ? "r" : header;
}

function guessLanguage(text: string): NotebookLanguage {
  const token = /^(#|--|\/\/) COMMAND ----------[ \t\r]*$/m.exec(text)?.[1];
  return (["sql", "scala"] as const).find((language) => commentTokens[language] === token) ?? "python";
}

/** The end of the header line, and of the block that names the serverless environment (PEP 723) below it. */
function endOfPreamble(text: string, start: number, comment: string): number {
  const header = lineAt(text, start);
  let line = lineAt(text, header.next);
  if (line.text !== `${comment} /// script`) return header.next;
  while (line.next < text.length && line.text.startsWith(comment)) {
    line = lineAt(text, line.next);
    if (line.text === `${comment} ///`) return line.next;
  }
  return header.next;
}

function lineAt(text: string, start: number): { readonly text: string; readonly next: number } {
  const end = text.indexOf("\n", start);
  const next = end === -1 ? text.length : end + 1;
  return { text: text.slice(start, next).trimEnd(), next };
}

interface Place {
  readonly language: NotebookLanguage;
  readonly hasHeader: boolean;
}

/** Where each cell's text starts and ends. A header alone, or no text, is no cell. */
function* contents(text: string, start: number, place: Place): Generator<readonly [number, number]> {
  let from = start;
  const edges = (trail: boolean): Edges => {
    const isFirst = from === start;
    return { lead: !isFirst, trail, header: isFirst && place.hasHeader };
  };
  let count = 0;
  for (const [separator, next] of separators(text, start, separatorLine(place.language))) {
    yield trimmed(text, [from, separator], edges(true));
    from = next;
    count += 1;
  }
  if (count > 0 || from < text.length) yield trimmed(text, [from, text.length], edges(false));
}

/** The lines that are separators, each with its end. Only a whole line counts, white space at its end aside. */
function* separators(text: string, start: number, separator: string): Generator<readonly [number, number]> {
  let at = text.indexOf(separator, start);
  while (at !== -1) {
    if (at !== start && text[at - 1] !== "\n") {
      at = text.indexOf(separator, at + 1);
      continue;
    }
    const line = lineAt(text, at);
    if (line.text === separator) yield [at, line.next];
    at = text.indexOf(separator, line.next);
  }
}

interface Edges {
  /** A separator stands above. */
  readonly lead: boolean;
  /** A separator stands below. */
  readonly trail: boolean;
  /** The header stands above. */
  readonly header: boolean;
}

/** A segment without the blank lines that belong to separators, and without its last line end. */
function trimmed(text: string, [from, to]: readonly [number, number], edges: Edges): readonly [number, number] {
  let start = from;
  let end = to;
  if (edges.trail && start < end) {
    const lastLine = end - lineEndLength(text, start, end);
    if (lastLine === start || text[lastLine - 1] === "\n") end = lastLine;
  }
  const blank = blankLength(text, start, end);
  if (edges.lead || (edges.header && start + blank < end)) start += blank;
  return [start, end - lineEndLength(text, start, end)];
}

/** Length of the line end that text[start..end) ends with: 0, 1 or 2. */
function lineEndLength(text: string, start: number, end: number): number {
  if (end === start || text[end - 1] !== "\n") return 0;
  return end - 2 >= start && text[end - 2] === "\r" ? 2 : 1;
}

/** Length of the blank line that text[start..end) starts with, 0 where there is none. */
function blankLength(text: string, start: number, end: number): number {
  if (start < end && text[start] === "\n") return 1;
  return start + 1 < end && text[start] === "\r" && text[start + 1] === "\n" ? 2 : 0;
}

function lineEndOf(text: string): "\n" | "\r\n" {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}
