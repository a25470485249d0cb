// Notebook cells out of whatever holds them: a tool's result, an .ipynb file, a Databricks source file. Nothing is run.

export interface NotebookCell {
  /** From 1. */
  readonly index: number;
  /** `python`, `sql`, `markdown`… */
  readonly language: string;
  readonly title?: string;
  readonly source: string;
  /** What it printed, as text. */
  readonly output?: string;
  readonly error?: string;
}

const maxCells = 2000;

/** The cells of a result of `read_notebook`, whose rows are cells; undefined for any other form. */
export function cellsOfResult(structured: unknown): readonly NotebookCell[] | undefined {
  if (!isRecord(structured) || typeof structured["language"] !== "string") return undefined;
  const { columns, rows } = structured;
  if (!Array.isArray(columns) || !Array.isArray(rows)) return undefined;
  const [cell, language, title, source] = ["cell", "language", "title", "source"].map((name) => columns.indexOf(name));
  if (source === undefined || source < 0 || language === undefined || language < 0) return undefined;
  return rows
    .filter((row): row is unknown[] => Array.isArray(row))
    .slice(0, maxCells)
    .map((row, at) => {
      const [named, index] = [row[title ?? -1], row[cell ?? -1]];
      return {
        index: typeof index === "number" ? index : at + 1,
        language: wordOf(row[language]),
        source: wordOf(row[source]),
        ...(typeof named === "string" && named !== "" ? { title: named } : {}),
      };
    });
}

/** The cells of an .ipynb file; undefined where it is none. */
export function cellsOfIpynb(text: string): readonly NotebookCell[] | undefined {
  const notebook = parsed(text);
  if (!isRecord(notebook) || !Array.isArray(notebook["cells"])) return undefined;
  const language = languageOf(notebook["metadata"]);
  return notebook["cells"]
    .filter(isRecord)
    .slice(0, maxCells)
    .map((cell, at) => {
      const kind = cell["cell_type"];
      const source = linesOf(cell["source"]);
      const outputs = Array.isArray(cell["outputs"]) ? cell["outputs"].filter(isRecord) : [];
      const error = outputs.find((output) => output["output_type"] === "error");
      const output = outputs
        .map(outputText)
        .filter((one) => one !== "")
        .join("\n");
      return {
        index: at + 1,
        language: kind === "code" ? language : wordOf(kind),
        source,
        ...(output === "" ? {} : { output }),
        ...(error === undefined ? {} : { error: `${wordOf(error["ename"])}: ${wordOf(error["evalue"])}` }),
      };
    });
}

const comments: Readonly<Record<string, { readonly mark: string; readonly language: string }>> = {
  py: { mark: "#", language: "python" },
  sql: { mark: "--", language: "sql" },
  scala: { mark: "//", language: "scala" },
  r: { mark: "#", language: "r" },
};
const magics: Readonly<Record<string, string>> = {
  md: "markdown",
  sql: "sql",
  python: "python",
  scala: "scala",
  r: "r",
  sh: "shell",
  fs: "files",
  run: "run",
  pip: "pip",
};

/** The cells of a Databricks source file (`.py`, `.sql`, `.scala`, `.r`); undefined where its first line does not say that it is one. */
export function cellsOfSource(path: string, text: string): readonly NotebookCell[] | undefined {
  const kind = comments[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  if (kind === undefined) return undefined;
  const { mark, language } = kind;
  const [first = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (first.trim() !== `${mark} Databricks notebook source`) return undefined;
  const cells: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === `${mark} COMMAND ----------`) cells.push([]);
    else cells.at(-1)?.push(line);
  }
  return cells.slice(0, maxCells).map((cell, at) => sourceCell(cell, { mark, language, index: at + 1 }));
}

function sourceCell(
  cell: readonly string[],
  { mark, language, index }: { mark: string; language: string; index: number },
): NotebookCell {
  const titleMark = `${mark} DBTITLE 1,`;
  const magicMark = `${mark} MAGIC`;
  const named = cell.find((line) => line.startsWith(titleMark));
  const title = named === undefined ? {} : { title: named.slice(titleMark.length).trim() };
  const lines = trimmed(cell.filter((line) => !line.startsWith(titleMark)));
  if (lines.length === 0 || !lines.every((line) => line.startsWith(magicMark)))
    return { index, language, source: lines.join("\n"), ...title };
  const magic = lines.map((line) => line.slice(magicMark.length).replace(/^ /, ""));
  const head = /^%(\w+)\s?(.*)$/.exec(magic[0] ?? "");
  if (head === null) return { index, language, source: magic.join("\n"), ...title };
  const source = trimmed([head[2] ?? "", ...magic.slice(1)]).join("\n");
  return { index, language: magics[head[1] ?? ""] ?? head[1] ?? language, source, ...title };
}

function trimmed(lines: readonly string[]): readonly string[] {
  const from = lines.findIndex((line) => line.trim() !== "");
  return from < 0 ? [] : lines.slice(from, lines.findLastIndex((line) => line.trim() !== "") + 1);
}

function outputText(output: Record<string, unknown>): string {
  if (output["output_type"] === "stream") return linesOf(output["text"]);
  const data = output["data"];
  if (!isRecord(data)) return "";
  if (data["text/plain"] !== undefined) return linesOf(data["text/plain"]);
  const kind = Object.keys(data)[0];
  return kind === undefined ? "" : `(${kind}, not shown)`;
}

function languageOf(metadata: unknown): string {
  if (!isRecord(metadata)) return "python";
  const { language_info: info, kernelspec: kernel } = metadata;
  if (isRecord(info) && typeof info["name"] === "string") return info["name"];
  return isRecord(kernel) && typeof kernel["language"] === "string" ? kernel["language"] : "python";
}

function linesOf(value: unknown): string {
  return Array.isArray(value) ? value.filter((line) => typeof line === "string").join("") : wordOf(value);
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
