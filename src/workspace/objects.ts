// Workspace objects: notebooks, folders and files (Workspace API 2.0).
import type { CallOptions } from "./client.ts";

/** NOTEBOOK, DIRECTORY, FILE, LIBRARY, REPO, DASHBOARD; new kinds appear. */
export type ObjectType = string;
export type NotebookLanguage = "PYTHON" | "SQL" | "SCALA" | "R";
export type ExportFormat = "SOURCE" | "HTML" | "JUPYTER" | "DBC" | "R_MARKDOWN" | "AUTO" | "RAW";
export type ImportFormat = "SOURCE" | "HTML" | "JUPYTER" | "DBC" | "R_MARKDOWN" | "AUTO" | "RAW";

export interface ObjectInfo {
  readonly path: string;
  readonly objectType: ObjectType;
  /** Notebooks only. */
  readonly language: string | undefined;
  readonly objectId: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly modifiedAtMs: number | undefined;
  /** Files only. */
  readonly sizeBytes: number | undefined;
}

export interface ListObjectsOptions extends CallOptions {
  readonly notebooksModifiedAfterMs?: number | undefined;
}

export interface ExportOptions extends CallOptions {
  /** Default SOURCE. */
  readonly format?: ExportFormat | undefined;
}

export interface ExportedObject {
  readonly content: Uint8Array<ArrayBuffer>;
  /** The extension without a dot, as the workspace names it; it may be absent. */
  readonly fileType: string | undefined;
}

export interface ImportOptions extends CallOptions {
  /** Text is sent as UTF-8. */
  readonly content: string | Uint8Array;
  /** Default SOURCE. */
  readonly format?: ImportFormat | undefined;
  /** Needed for SOURCE. */
  readonly language?: NotebookLanguage | undefined;
  /** Default false: an object that is there is `already_exists`. */
  readonly overwrite?: boolean | undefined;
}

export interface DeleteObjectOptions extends CallOptions {
  readonly recursive?: boolean | undefined;
}

export interface ObjectsApi {
  /** The objects in a folder, or the one object that the path names. `not_found` when there is none. */
  list(path: string, options?: ListObjectsOptions): Promise<readonly ObjectInfo[]>;
  getStatus(path: string, options?: CallOptions): Promise<ObjectInfo>;
  /** The bytes of a notebook or file; `too_large` beyond the workspace's 10 MB. */
  export(path: string, options?: ExportOptions): Promise<ExportedObject>;
  import(path: string, options: ImportOptions): Promise<void>;
  /** Makes the folder and its parents; nothing happens when it is there. */
  mkdirs(path: string, options?: CallOptions): Promise<void>;
  delete(path: string, options?: DeleteObjectOptions): Promise<void>;
}
