// The languages of a notebook and of its cells, with the words of the source format that go by them.

/** A notebook's own language, as the workspace API names it in lower case. */
export type NotebookLanguage = "python" | "sql" | "scala" | "r";

/** What a cell is written in: a language, or what its magic does. */
export type CellLanguage = NotebookLanguage | "markdown" | "shell" | "fs" | "run" | "pip";

export const notebookLanguages: readonly NotebookLanguage[] = ["python", "sql", "scala", "r"];

/** The comment token that starts the header, the separators, and the MAGIC and DBTITLE lines. */
export const commentTokens: Readonly<Record<NotebookLanguage, "#" | "--" | "//">> = {
  python: "#",
  sql: "--",
  scala: "//",
  r: "#",
};

/** The magic that is written for a cell of this language in a notebook of another. */
export const magicWords: Readonly<Record<CellLanguage, string>> = {
  python: "python",
  sql: "sql",
  scala: "scala",
  r: "r",
  markdown: "md",
  shell: "sh",
  fs: "fs",
  run: "run",
  pip: "pip",
};

const cellLanguages: Readonly<Record<string, CellLanguage>> = {
  python: "python",
  py: "python",
  sql: "sql",
  scala: "scala",
  r: "r",
  markdown: "markdown",
  md: "markdown",
  "md-sandbox": "markdown",
  shell: "shell",
  sh: "shell",
  bash: "shell",
  fs: "fs",
  run: "run",
  pip: "pip",
  conda: "pip",
};

/** The first line of a notebook in source format. */
export function headerLine(language: NotebookLanguage): string {
  return `${commentTokens[language]} Databricks notebook source`;
}

/** The line between two cells. */
export function separatorLine(language: NotebookLanguage): string {
  return `${commentTokens[language]} COMMAND ----------`;
}

/** `PYTHON`, `py`, `Scala` ... as a notebook language, or undefined. */
export function notebookLanguageOf(word: string): NotebookLanguage | undefined {
  const language = cellLanguageOf(word);
  return notebookLanguages.find((known) => known === language);
}

/** `md`, `SQL`, `bash` ... as a cell language, or undefined. Magic names and language names are both understood. */
export function cellLanguageOf(word: string): CellLanguage | undefined {
  const key = word.toLowerCase();
  return Object.hasOwn(cellLanguages, key) ? cellLanguages[key] : undefined;
}
