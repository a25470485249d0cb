// Splits a notebook's source text into cells. The emulator's own: the client has another, so that a test proves something.
import type { CellLanguage } from "./kernel/types.ts";
import type { NotebookLanguage } from "./state/tree.ts";

export interface NotebookCell {
  readonly language: CellLanguage;
  /** What runs: without MAGIC prefixes and without the magic word (`./setup $a="1"` of a %run, `install x` of a %pip). */
  readonly code: string;
  readonly title?: string;
  /** The cell as the notebook editor shows it: magic word kept, comment prefixes gone, title line gone. */
  readonly source: string;
}

export interface SplitNotebook {
  readonly language: NotebookLanguage;
  readonly cells: readonly NotebookCell[];
}

const comments: Readonly<Record<NotebookLanguage, string>> = { PYTHON: "#", R: "#", SQL: "--", SCALA: "//" };
const defaults: Readonly<Record<NotebookLanguage, CellLanguage>> = {
  PYTHON: "python",
  R: "r",
  SQL: "sql",
  SCALA: "scala",
};
const magics: Readonly<Record<string, CellLanguage>> = {
  "%python": "python",
  "%sql": "sql",
  "%scala": "scala",
  "%r": "r",
  "%sh": "sh",
  "%fs": "fs",
  "%run": "run",
  "%pip": "pip",
  "%md": "md",
  "%md-sandbox": "md",
};

/** The language's comment token, with which its notebook marker lines begin. */
export function commentToken(language: NotebookLanguage): string {
  return comments[language];
}

/** The first line by which a file of this language is known for a notebook. */
export function notebookHeader(language: NotebookLanguage): string {
  return `${comments[language]} Databricks notebook source`;
}

/** Splits SOURCE text. A text without a header is one cell; line ends may be CRLF. */
export function splitNotebook(source: string, language: NotebookLanguage): SplitNotebook {
  const lines = source.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines[0]?.startsWith(notebookHeader(language)) === true) lines.shift();
  const separator = new RegExp(`^${comments[language]} COMMAND -{10,}\\s*$`);
  const groups: string[][] = [[]];
  for (const line of lines) {
    if (separator.test(line)) groups.push([]);
    else groups.at(-1)?.push(line);
  }
  const cells = groups.map((group, index) => readCell(trimBlank(group, index === 0), language));
  const empty = cells.length === 1 && cells[0]?.source === "" && cells[0].title === undefined;
  return { language, cells: empty ? [] : cells };
}

/** The cell that a text typed into the editor is: a magic word first, or the notebook's language. */
export function readMagic(source: string, language: CellLanguage): { language: CellLanguage; code: string } {
  const match = /^\s*(%[a-z][a-z-]*)(?=\s|$)[ \t]*(?:\r?\n)?/.exec(source);
  const found = match === null ? undefined : magics[match[1] ?? ""];
  if (match === null || found === undefined) return { language, code: source };
  return { language: found, code: source.slice(match[0].length) };
}

function readCell(lines: readonly string[], language: NotebookLanguage): NotebookCell {
  const token = comments[language];
  const titled = new RegExp(`^${token} DBTITLE [01],(.*)$`).exec(lines[0] ?? "");
  const body = titled === null ? lines : lines.slice(1);
  const source = body.map((line) => withoutMagic(line, token)).join("\n");
  const { language: cellLanguage, code } = readMagic(source, defaults[language]);
  return { language: cellLanguage, code, source, ...(titled === null ? {} : { title: titled[1] ?? "" }) };
}

function withoutMagic(line: string, token: string): string {
  if (line === `${token} MAGIC`) return "";
  return line.startsWith(`${token} MAGIC `) ? line.slice(token.length + 7) : line;
}

/** Takes off one blank line on each side: the separators' own, and the last line end of the file. */
function trimBlank(lines: readonly string[], isFirst: boolean): readonly string[] {
  const start = !isFirst && lines[0] === "" && lines.length > 1 ? 1 : 0;
  const end = lines.length - start > 1 && lines.at(-1) === "" ? lines.length - 1 : lines.length;
  return lines.slice(start, end);
}
