// Notebooks as Jupyter files (nbformat 4), out and in.
import { isObject } from "../platform/json.ts";
import { ApiFault } from "./http/route.ts";
import { splitNotebook } from "./notebook-cells.ts";
import { joinNotebook, type SourceCell } from "./notebook-source.ts";
import type { NotebookLanguage } from "./state/tree.ts";

const cellKey = "application/vnd.databricks.v1+cell";
const notebookKey = "application/vnd.databricks.v1+notebook";
const names: Readonly<Record<NotebookLanguage, string>> = { PYTHON: "python", SQL: "sql", SCALA: "scala", R: "r" };

/** The notebook as an .ipynb file. Outputs are none: the workspace keeps them with runs, not with the source. */
export function toIpynb(source: string, language: NotebookLanguage, notebookName: string): string {
  const cells = splitNotebook(source, language).cells.map((cell) => {
    const metadata = {
      [cellKey]: { showTitle: cell.title !== undefined, ...(cell.title === undefined ? {} : { title: cell.title }) },
    };
    if (cell.language === "md") return { cell_type: "markdown", metadata, source: keepEnds(cell.code) };
    return { cell_type: "code", execution_count: 0, metadata, outputs: [], source: keepEnds(cell.source) };
  });
  const metadata = {
    [notebookKey]: { language: names[language], notebookName, widgets: {} },
    language_info: { name: names[language] },
  };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 0 }, null, 1);
}

/**
 * SOURCE text and language of an .ipynb file. `wanted` counts where the file names no language. Throws ApiFault 400 for
 * what is no notebook of format 4.
 */
export function fromIpynb(
  text: string,
  wanted: NotebookLanguage | undefined,
): { source: string; language: NotebookLanguage } {
  const file = parse(text);
  const cells = file["cells"];
  if (!Array.isArray(cells)) throw malformed("it has no cells (nbformat 4 is required)");
  const language = languageOf(file["metadata"]) ?? wanted ?? "PYTHON";
  return { source: joinNotebook(language, cells.map(readCell)), language };
}

function readCell(cell: unknown): SourceCell {
  if (!isObject(cell)) throw malformed("a cell is not an object");
  const text = sourceText(cell["source"]);
  const source = cell["cell_type"] === "markdown" ? `%md\n${text}` : text;
  const own = isObject(cell["metadata"]) ? cell["metadata"][cellKey] : undefined;
  const title = isObject(own) && typeof own["title"] === "string" && own["title"] !== "" ? own["title"] : undefined;
  return { source, ...(title === undefined ? {} : { title }) };
}

function sourceText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((line): line is string => typeof line === "string")) return value.join("");
  throw malformed("a cell's source is neither text nor lines");
}

function languageOf(metadata: unknown): NotebookLanguage | undefined {
  if (!isObject(metadata)) return undefined;
  const fields = [
    [metadata[notebookKey], "language"],
    [metadata["language_info"], "name"],
    [metadata["kernelspec"], "language"],
  ] as const;
  for (const [holder, key] of fields) {
    const name = isObject(holder) ? holder[key] : undefined;
    const upper = typeof name === "string" ? name.toUpperCase() : "";
    if (upper === "PYTHON" || upper === "SQL" || upper === "SCALA" || upper === "R") return upper;
  }
  return undefined;
}

/** Lines with their ends, as Jupyter writes them. */
function keepEnds(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("it is not JSON");
  }
  if (!isObject(value)) throw malformed("it is not a JSON object");
  return value;
}

function malformed(why: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", `The content is not a Jupyter notebook: ${why}.`);
}
