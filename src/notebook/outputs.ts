// Outputs of cells, as Databricks describes them in run exports and in the metadata of its .ipynb files. Undocumented, so
// every shape that is not known becomes text and nothing is lost.
import { isObject } from "../platform/json.ts";
import { htmlToText } from "./html-text.ts";
import { screenText } from "./terminal-text.ts";
import { simpleType } from "./spark-type.ts";

export interface TableColumn {
  readonly name: string;
  /** A Spark type as simple text: `int`, `array<string>`; empty where it is not said. */
  readonly type: string;
}

export interface ImageOutput {
  readonly type: "image";
  readonly mime: string;
  readonly base64?: string;
  /** The workspace's own name for the picture, where its bytes are not in the export. */
  readonly file?: string;
}

export interface ErrorOutput {
  readonly type: "error";
  /** One line, such as `ZeroDivisionError: division by zero`. */
  readonly summary: string;
  /** The whole trace as plain text; empty where there is none. */
  readonly trace: string;
}

export type CellOutput =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "table";
      readonly columns: readonly TableColumn[];
      readonly rows: readonly (readonly unknown[])[];
      /** The workspace kept only the first rows. */
      readonly truncated: boolean;
    }
  /** `text` is what can be read of it without a browser. */
  | { readonly type: "html"; readonly html: string; readonly text: string }
  | ImageOutput
  | ErrorOutput;

type Value = Record<string, unknown>;

const maximumDepth = 20;

/** The outputs in one `results` value: a single result, a list of them, or nothing. Never throws. */
export function readResults(results: unknown, depth = 0): CellOutput[] {
  if (results === null || results === undefined || results === "" || depth > maximumDepth) return [];
  if (typeof results === "string") return textOutput(results);
  if (Array.isArray(results)) return results.flatMap((one) => readResults(one, depth + 1));
  if (!isObject(results)) return textOutput(String(results));
  if (results["type"] === "listResults") return readResults(results["data"], depth + 1);
  return readResult(results);
}

function readResult(result: Value): CellOutput[] {
  const { type, data } = result;
  switch (type) {
    case "table":
      return [readTable(result)];
    case "html":
    case "htmlSandbox":
      return htmlOutput(asText(data));
    case "ansi":
    case "text":
    case "raw":
      return textOutput(asText(data));
    case "mimeBundle":
      return isObject(data) ? readMimeBundle(data) : textOutput(asText(data));
    case "image":
    case "images":
      return readImages(result);
    case "error":
    case "ipynbError":
      return readError(result);
    default:
      return data === undefined && typeof type !== "string" ? readMimeBundle(result) : textOutput(asText(data));
  }
}

/** Text as one output; blank text is none. */
export function textOutput(text: string): CellOutput[] {
  const shown = screenText(text);
  return shown.trim() === "" ? [] : [{ type: "text", text: shown }];
}

function htmlOutput(html: string, alternative?: string): CellOutput[] {
  // Printed text of older runtimes comes as <div class="ansiout">.
  if (/^\s*<div class="ansiout">/.test(html)) return textOutput(htmlToText(html));
  const text = alternative ?? htmlToText(html);
  return html.trim() === "" ? [] : [{ type: "html", html, text }];
}

function readTable(result: Value): CellOutput {
  const schema = Array.isArray(result["schema"]) ? result["schema"] : [];
  const data = Array.isArray(result["data"]) ? result["data"] : [];
  const columns = schema.map(readColumn);
  const rows = data.map((row: unknown): readonly unknown[] => {
    if (Array.isArray(row)) return row;
    return isObject(row) ? columns.map(({ name }) => row[name] ?? null) : [row];
  });
  return { type: "table", columns, rows, truncated: result["overflow"] === true || result["truncated"] === true };
}

function readColumn(column: unknown): TableColumn {
  if (!isObject(column)) return { name: asText(column), type: "" };
  return { name: asText(column["name"]), type: simpleType(column["type"]) };
}

/** The richest representation of a Jupyter MIME bundle that can be carried on. */
export function readMimeBundle(bundle: Value): CellOutput[] {
  const table = bundle["application/vnd.databricks.v1+output"];
  if (isObject(table)) return readResults(table);
  for (const mime of ["image/png", "image/jpeg", "image/gif"]) {
    const base64 = bundle[mime];
    if (base64 !== undefined) return [{ type: "image", mime, base64: asText(base64).replace(/\s+/g, "") }];
  }
  const svg = bundle["image/svg+xml"];
  if (svg !== undefined) return [{ type: "image", mime: "image/svg+xml", base64: toBase64(asText(svg)) }];
  const plain = bundle["text/plain"];
  const html = bundle["text/html"];
  if (html !== undefined) return htmlOutput(asText(html), usefulText(plain));
  const rest = bundle["text/markdown"] ?? plain ?? Object.values(bundle)[0];
  return rest === undefined ? [] : textOutput(asText(rest));
}

/** A plain alternative that says something: not the bare name of an object. */
function usefulText(plain: unknown): string | undefined {
  const text = plain === undefined ? "" : asText(plain).trim();
  return text === "" || /^<[^\n]*>$/.test(text) ? undefined : text;
}

function readImages(result: Value): CellOutput[] {
  const { data } = result;
  if (isObject(data)) return readMimeBundle(data);
  const pictures = Array.isArray(data) ? data : [data];
  const found = pictures.flatMap((one) => readImage(asText(one)));
  if (found.length > 0) return found;
  const names = [result["fileName"], result["fileNames"]].flat().filter((name) => typeof name === "string");
  return names.flatMap(readImage);
}

function readImage(text: string): CellOutput[] {
  if (text === "") return [];
  const url = /^data:([\w.+-]+\/[\w.+-]+);base64,/.exec(text.slice(0, 100));
  if (url !== null) return [{ type: "image", mime: url[1] ?? "image/png", base64: text.slice(url[0].length) }];
  const sniffed = Object.entries(signatures).find(([start]) => text.startsWith(start))?.[1];
  if (sniffed !== undefined && text.length > 64) return [{ type: "image", mime: sniffed, base64: text }];
  return [{ type: "image", mime: "image/png", file: text }];
}

// How base64 of each format begins. `/9j/` alone could be a path, so the length is looked at as well.
const signatures: Readonly<Record<string, string>> = {
  iVBORw0KGgo: "image/png",
  "/9j/": "image/jpeg",
  R0lGOD: "image/gif",
};

function readError(result: Value): CellOutput[] {
  const summary = result["summary"] ?? result["errorSummary"];
  const trace = result["cause"] ?? result["error"] ?? result["data"];
  const error = errorOutput(summary, trace);
  return error === undefined ? [] : [error];
}

/** An error from a summary and a trace, either of which may be missing, HTML, or full of escapes. */
export function errorOutput(summary: unknown, trace: unknown): ErrorOutput | undefined {
  const whole = plainError(asText(trace));
  const short = plainError(asText(summary));
  if (whole === "" && short === "") return undefined;
  return { type: "error", summary: short === "" ? lastLine(whole) : short, trace: whole };
}

/** Only text that has tags of the kinds that Databricks writes is HTML: an error message may well have `<` in it. */
function plainError(text: string): string {
  const isHtml = /<\/?(?:span|div|br|pre|b|p|a|code)\b[^>]*>/i.test(text);
  return screenText(isHtml ? htmlToText(text) : text).trim();
}

function lastLine(trace: string): string {
  return trace.slice(trace.lastIndexOf("\n") + 1).trim();
}

/** Any value as text: lines of a list joined, objects as JSON. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join("");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
