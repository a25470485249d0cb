// Taking a notebook, a file or a folder out of the workspace, by format.
import { ApiFault } from "../http/route.ts";
import { toHtml } from "../notebook-html.ts";
import { toIpynb } from "../notebook-ipynb.ts";
import type { NotebookLanguage, TreeObject, WorkspaceTree } from "../state/tree.ts";
import { createZip, type ZipEntry } from "../zip.ts";
import { objectLimitBytes } from "./object-import.ts";

export interface Exported {
  readonly bytes: Uint8Array;
  /** `py`, `ipynb`, `zip`: the extension that a saved copy should have; empty for a file, whose name has its own. */
  readonly fileType: string;
}

const extensions: Readonly<Record<NotebookLanguage, string>> = { PYTHON: "py", SQL: "sql", SCALA: "scala", R: "r" };

/** The object in the format. Throws ApiFault: no such object, a format that it does not have, more than 10 MB. */
export function exportObject(tree: WorkspaceTree, path: string, format: string): Exported {
  const object = tree.require(path);
  if (!["SOURCE", "AUTO", "JUPYTER", "HTML", "RAW", "DBC", "R_MARKDOWN"].includes(format)) {
    throw invalid(`Invalid value '${format}' for format`);
  }
  if (format === "DBC" || format === "R_MARKDOWN") {
    throw new ApiFault(501, "NOT_IMPLEMENTED", `The emulator does not write format ${format}`);
  }
  const exported = byType(tree, object, format);
  if (exported.bytes.byteLength > objectLimitBytes) {
    throw new ApiFault(
      400,
      "MAX_NOTEBOOK_SIZE_EXCEEDED",
      `The exported size (${exported.bytes.byteLength} bytes) exceeded max size (${objectLimitBytes} bytes)`,
    );
  }
  return exported;
}

function byType(tree: WorkspaceTree, object: TreeObject, format: string): Exported {
  if (object.objectType === "DIRECTORY") return folder(tree, object, format);
  if (object.objectType === "FILE") {
    if (format === "JUPYTER" || format === "HTML") throw invalid(`Format ${format} is not supported for a file`);
    return { bytes: tree.read(object.path), fileType: "" };
  }
  return notebook(tree, object, format);
}

function notebook(tree: WorkspaceTree, object: TreeObject, format: string): Exported {
  const language = object.language ?? "PYTHON";
  const bytes = tree.read(object.path);
  const name = object.path.slice(object.path.lastIndexOf("/") + 1);
  const source = (): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (format === "JUPYTER") return { bytes: encode(toIpynb(source(), language, name)), fileType: "ipynb" };
  if (format === "HTML") return { bytes: encode(toHtml(source(), language, name)), fileType: "html" };
  return { bytes, fileType: extensions[language] };
}

/** A ZIP of what is below the folder: notebooks with SOURCE, files too with AUTO. */
function folder(tree: WorkspaceTree, object: TreeObject, format: string): Exported {
  if (format !== "SOURCE" && format !== "AUTO") throw invalid(`Format ${format} is not supported for a folder`);
  const root = object.path === "/" ? 1 : object.path.lastIndexOf("/") + 1;
  const entries: ZipEntry[] = [];
  const walk = (below: TreeObject): void => {
    if (below.objectType === "DIRECTORY") {
      for (const child of tree.list(below.path)) walk(child);
    } else if (below.objectType === "NOTEBOOK") {
      const extension = extensions[below.language ?? "PYTHON"];
      entries.push({ name: `${below.path.slice(root)}.${extension}`, bytes: tree.read(below.path) });
    } else if (format === "AUTO") {
      entries.push({ name: below.path.slice(root), bytes: tree.read(below.path) });
    }
  };
  walk(object);
  return { bytes: createZip(entries), fileType: "zip" };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function invalid(message: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", message);
}
