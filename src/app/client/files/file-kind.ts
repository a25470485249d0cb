// In which ways a file can be looked at, by its name and its kind.
import type { FileText } from "../../contract/api.ts";
import { cellsOfIpynb, cellsOfSource, type NotebookCell } from "../views/notebook-cells.ts";

export type FileShape =
  | { readonly kind: "markdown" }
  | { readonly kind: "table" }
  | { readonly kind: "image" }
  | { readonly kind: "notebook"; readonly cells: readonly NotebookCell[] }
  | { readonly kind: "text" }
  | { readonly kind: "binary" };

const images = /\.(?:png|jpe?g|gif|webp|svg|avif|ico|bmp)$/i;

/** A text that is a picture (SVG) is one; a notebook only where it can be read as one. */
export function shapeOfFile({ path, content }: Pick<FileText, "path" | "content">): FileShape {
  if (images.test(path)) return { kind: "image" };
  if (content === null) return { kind: "binary" };
  if (/\.(?:md|markdown)$/i.test(path)) return { kind: "markdown" };
  if (/\.(?:csv|tsv)$/i.test(path)) return { kind: "table" };
  const cells = /\.ipynb$/i.test(path) ? cellsOfIpynb(content) : cellsOfSource(path, content);
  return cells === undefined ? { kind: "text" } : { kind: "notebook", cells };
}

const languages: Readonly<Record<string, string>> = {
  py: "python",
  sql: "sql",
  scala: "scala",
  r: "r",
  md: "markdown",
  json: "json",
  yml: "yaml",
  yaml: "yaml",
  toml: "toml",
  ts: "typescript",
  tsx: "typescript",
  js: "javascript",
  sh: "shell",
  html: "html",
  css: "css",
  csv: "csv",
};

/** The word for a text file's language; undefined where its name says none. */
export function languageOf(path: string): string | undefined {
  return languages[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
}
