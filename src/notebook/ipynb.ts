// Jupyter notebooks (.ipynb, nbformat 4): read, and edited in place so that all but the edited cell keeps its bytes.
import { MortarError } from "../platform/errors.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { contentText, magicOf } from "./cell.ts";
import { readIpynbOutput } from "./ipynb-output.ts";
import { arraySpans, objectSpans, rootStart, type Span } from "../platform/json-span.ts";
import { cellLanguageOf, notebookLanguageOf, type CellLanguage, type NotebookLanguage } from "./language.ts";
import { asText, type CellOutput } from "./outputs.ts";

export interface IpynbCell {
  /** Place in the notebook, from 0. */
  readonly index: number;
  readonly kind: "code" | "markdown" | "raw";
  readonly language: CellLanguage;
  /** The name after `%` on the first line of a code cell. */
  readonly magic?: string;
  readonly title?: string;
  readonly source: string;
  readonly outputs: readonly CellOutput[];
}

export interface Ipynb {
  readonly language: NotebookLanguage;
  readonly cells: readonly IpynbCell[];
  /** The file as it is. */
  readonly text: string;
}

/**
 * Reads a Jupyter notebook. Throws `invalid_input` for text that is none, and `unsupported` for another nbformat than 4,
 * by its number. Format: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
export function parseIpynb(text: string): Ipynb {
  const root = readRoot(text);
  const metadata = isObject(root["metadata"]) ? root["metadata"] : {};
  const language = languageOf(metadata);
  const cells = Array.isArray(root["cells"]) ? root["cells"] : [];
  return { language, cells: cells.map((cell: unknown, index) => readCell(cell, index, language)), text };
}

/** The notebook as the text of a file: what was parsed, byte by byte, with its edits. */
export function printIpynb(notebook: Ipynb): string {
  return notebook.text;
}

/**
 * Puts a new source into one cell; outputs, metadata and every other byte stay, and so does the form of the source (one
 * string, or a list of lines with the file's indentation). Throws `invalid_input` for an index that is not there.
 */
export function replaceIpynbCell(notebook: Ipynb, index: number, content: string): Ipynb {
  const cell = Number.isInteger(index) ? notebook.cells[index] : undefined;
  if (cell === undefined) {
    throw new MortarError(
      "invalid_input",
      `There is no cell ${index}: the notebook has ${notebook.cells.length} cells`,
      {
        hint: "Read the notebook again for the indexes of its cells. They count from 0.",
      },
    );
  }
  const source = contentText(content);
  if (source === cell.source || content === cell.source) return notebook;
  const { text } = notebook;
  const [start, end] = sourceSpan(text, index);
  const written = text[start] === "[" ? lineList(text, [start, end], source) : quote(text, source);
  return parseIpynb(text.slice(0, start) + written + text.slice(end));
}

function readRoot(text: string): Record<string, unknown> {
  const root = parsed(text);
  const major = isObject(root) ? root["nbformat"] : undefined;
  if (!isObject(root) || typeof major !== "number") {
    throw new MortarError("invalid_input", "This is not a Jupyter notebook: it has no nbformat");
  }
  if (major !== 4) {
    throw new MortarError("unsupported", `Jupyter notebooks of nbformat ${major} are not supported, only nbformat 4`, {
      hint: "Convert it with `jupyter nbconvert --to notebook --nbformat 4 FILE`.",
    });
  }
  return root;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    throw new MortarError("invalid_input", `This is not a Jupyter notebook: it is not JSON${reason}`, { cause });
  }
}

/** The language by Databricks' own metadata, else by Jupyter's; Python where neither says one that Databricks knows. */
function languageOf(metadata: Record<string, unknown>): NotebookLanguage {
  const places = [
    ["application/vnd.databricks.v1+notebook", "language"],
    ["kernelspec", "language"],
    ["language_info", "name"],
  ];
  for (const [block, key] of places) {
    const found = isObject(metadata[block ?? ""])
      ? (metadata[block ?? ""] as Record<string, unknown>)[key ?? ""]
      : undefined;
    const language = typeof found === "string" ? notebookLanguageOf(found) : undefined;
    if (language !== undefined) return language;
  }
  return "python";
}

function readCell(cell: unknown, index: number, language: NotebookLanguage): IpynbCell {
  const fields = isObject(cell) ? cell : {};
  const source = asText(fields["source"]);
  const kind = fields["cell_type"] === "markdown" || fields["cell_type"] === "raw" ? fields["cell_type"] : "code";
  const magic = kind === "code" ? magicOf(source) : undefined;
  const outputs = Array.isArray(fields["outputs"]) ? fields["outputs"] : [];
  const title = titleOf(fields["metadata"]);
  const own = kind === "markdown" ? "markdown" : language;
  return {
    index,
    kind,
    language: (magic === undefined ? undefined : cellLanguageOf(magic)) ?? own,
    ...(magic === undefined ? {} : { magic }),
    ...(title === "" ? {} : { title }),
    source,
    outputs: outputs.flatMap(readIpynbOutput),
  };
}

function titleOf(metadata: unknown): string {
  const own = isObject(metadata) ? metadata["application/vnd.databricks.v1+cell"] : undefined;
  return isObject(own) ? asText(own["title"]) : "";
}

function sourceSpan(text: string, index: number): Span {
  const cells = objectSpans(text, rootStart(text)).get("cells");
  const cell = cells === undefined ? undefined : arraySpans(text, cells[0])[index];
  const source = cell === undefined || text[cell[0]] !== "{" ? undefined : objectSpans(text, cell[0]).get("source");
  if (source !== undefined) return source;
  throw new MortarError("invalid_input", `Cell ${index} of this notebook has no source`, {
    hint: "The file does not follow the Jupyter format. Open it in Jupyter or in the workspace and save it again.",
  });
}

/** The source as a list of lines, laid out like the list that stood there, or like the rest of the file. */
function lineList(text: string, [start, end]: Span, source: string): string {
  if (source === "") return "[]";
  const { open, between, close } = layout(text, [start, end]);
  const lines = source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return `[${open}${lines.map((line) => quote(text, line)).join(`,${between}`)}${close}]`;
}

interface Layout {
  readonly open: string;
  readonly between: string;
  readonly close: string;
}

function layout(text: string, [start, end]: Span): Layout {
  const lines = arraySpans(text, start);
  const [first, second] = lines;
  const last = lines.at(-1);
  if (first !== undefined && last !== undefined) {
    const open = text.slice(start + 1, first[0]);
    const between = second === undefined ? open : text.slice(first[1], second[0]).replace(/^\s*,/, "");
    return { open, between, close: text.slice(last[1], end - 1) };
  }
  const line = /(?:^|\n)([ \t]*)[^\n]*$/.exec(text.slice(Math.max(0, start - 1_000), start))?.[1] ?? "";
  const unit = /^\uFEFF?\s*\{(\r?\n)([ \t]+)/.exec(text.slice(0, 1_000));
  if (unit === null) return { open: "", between: /^\s*\{"[^"]*": /.test(text) ? " " : "", close: "" };
  const open = `${unit[1]}${line}${unit[2]}`;
  return { open, between: open, close: `${unit[1]}${line}` };
}

/** A JSON string; with \u escapes where the file has nothing but ASCII and writes other characters so. */
function quote(text: string, value: string): string {
  const json = JSON.stringify(value);
  if (!/[\u0080-\uFFFF]/.test(json) || !/\\u(?!00[0-7])[0-9A-Fa-f]{4}/.test(text) || /[\u0080-\uFFFF]/.test(text))
    return json;
  return json.replace(/[\u0080-\uFFFF]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
