// Bringing a notebook or a file into the workspace: what the content becomes, by format and name.
import { ApiFault } from "../http/route.ts";
import { notebookHeader } from "../notebook-cells.ts";
import { fromIpynb } from "../notebook-ipynb.ts";
import { withHeader } from "../notebook-source.ts";
import type { NotebookLanguage, TreeObject, WorkspaceTree } from "../state/tree.ts";

/** The workspace's limit for one notebook or file, in bytes. */
export const objectLimitBytes = 10 * 1024 * 1024;

export interface ImportRequest {
  readonly path: string;
  readonly format: string;
  readonly language: NotebookLanguage | undefined;
  readonly content: Uint8Array;
  readonly overwrite: boolean;
}

interface Target {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Absent for a file. */
  readonly language?: NotebookLanguage;
}

const languageByExtension: ReadonlyMap<string, NotebookLanguage> = new Map([
  ["py", "PYTHON"],
  ["sql", "SQL"],
  ["scala", "SCALA"],
  ["r", "R"],
] as const);

/** Stores the content. Throws ApiFault as the workspace refuses: too large, exists, no parent, not of the format. */
export function importObject(tree: WorkspaceTree, request: ImportRequest): TreeObject {
  const { path, bytes, language } = resolve(request);
  const objectType = language === undefined ? "FILE" : "NOTEBOOK";
  return tree.write(path, bytes, {
    objectType,
    overwrite: request.overwrite,
    ...(language === undefined ? {} : { language }),
  });
}

function resolve(request: ImportRequest): Target {
  const { path, format, content, language } = request;
  checkSize(content);
  switch (format) {
    case "SOURCE":
      if (language === undefined) throw invalid("Missing required field: language, for format SOURCE");
      return notebook(path, withHeader(decode(content), language), language);
    case "JUPYTER":
      return jupyter(path, content, language);
    case "RAW":
      return { path, bytes: content };
    case "AUTO":
      return automatic(request);
    case "DBC":
      if (request.overwrite) throw invalid("overwrite is not supported for format DBC");
      throw unsupported("DBC");
    case "HTML":
    case "R_MARKDOWN":
      throw unsupported(format);
    default:
      throw invalid(`Invalid value '${format}' for format`);
  }
}

/** A notebook by its extension and first line, and then without the extension; everything else a file. */
export function automatic({ path, content, language }: Pick<ImportRequest, "path" | "content" | "language">): Target {
  const dot = path.lastIndexOf(".");
  const extension = dot > path.lastIndexOf("/") + 1 ? path.slice(dot + 1).toLowerCase() : "";
  const bare = path.slice(0, dot);
  if (extension === "ipynb") return jupyter(bare, content, language);
  if (extension === "dbc") throw unsupported("DBC");
  const known = languageByExtension.get(extension);
  if (known === undefined || !startsWithHeader(content, known)) return { path, bytes: content };
  return notebook(bare, decode(content), known);
}

/** Throws MAX_NOTEBOOK_SIZE_EXCEEDED above 10 MB. */
export function checkSize(content: Uint8Array): void {
  if (content.byteLength <= objectLimitBytes) return;
  throw new ApiFault(
    400,
    "MAX_NOTEBOOK_SIZE_EXCEEDED",
    `File size imported is (${content.byteLength} bytes), exceeded max size (${objectLimitBytes} bytes)`,
  );
}

function jupyter(path: string, content: Uint8Array, wanted: NotebookLanguage | undefined): Target {
  const { source, language } = fromIpynb(decode(content), wanted);
  return notebook(path, source, language);
}

function notebook(path: string, source: string, language: NotebookLanguage): Target {
  return { path, language, bytes: new TextEncoder().encode(source) };
}

function startsWithHeader(content: Uint8Array, language: NotebookLanguage): boolean {
  const header = notebookHeader(language);
  const [first = ""] = new TextDecoder()
    .decode(content.subarray(0, 200))
    .replace(/^\uFEFF/, "")
    .split("\n", 1);
  return first.trimEnd().startsWith(header);
}

function decode(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw invalid("The content of a notebook must be UTF-8");
  }
}

function invalid(message: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", message);
}

function unsupported(format: string): ApiFault {
  return new ApiFault(501, "NOT_IMPLEMENTED", `The emulator does not read format ${format}`);
}
