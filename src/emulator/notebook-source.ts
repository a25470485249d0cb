// Writes a notebook's SOURCE text from cells: the other half of notebook-cells.
import type { NotebookLanguage } from "./state/tree.ts";
import { commentToken, notebookHeader, readMagic } from "./notebook-cells.ts";

export interface SourceCell {
  /** As typed into the editor, with its magic word. */
  readonly source: string;
  readonly title?: string;
}

/** The text as the workspace exports it: header, cells between separators, one line end at the end. */
export function joinNotebook(language: NotebookLanguage, cells: readonly SourceCell[]): string {
  const token = commentToken(language);
  if (cells.length === 0) return `${notebookHeader(language)}\n`;
  const texts = cells.map((cell) => cellText(cell, token));
  return `${notebookHeader(language)}\n${texts.join(`\n\n${token} COMMAND ----------\n\n`)}\n`;
}

/** The text with the header line that makes it a notebook; one that has it stays byte for byte. */
export function withHeader(source: string, language: NotebookLanguage): string {
  const header = notebookHeader(language);
  const bare = source.startsWith("\uFEFF") ? source.slice(1) : source;
  return bare.startsWith(header) ? source : `${header}\n${bare}`;
}

function cellText({ source, title }: SourceCell, token: string): string {
  const lines = isMagic(source) ? source.split("\n").map((line) => magicLine(line, token)) : [source];
  return [...(title === undefined ? [] : [`${token} DBTITLE 1,${title}`]), ...lines].join("\n");
}

function isMagic(source: string): boolean {
  return readMagic(source, "python").code !== source;
}

function magicLine(line: string, token: string): string {
  return line === "" ? `${token} MAGIC` : `${token} MAGIC ${line}`;
}
