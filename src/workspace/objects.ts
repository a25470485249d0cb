// Workspace objects: notebooks, folders and files (Workspace API 2.0).
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { id, number, objects, requiredText, text, timeMs } from "./fields.ts";

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

const base = "/api/2.0/workspace";

export function createObjectsApi(client: Client): ObjectsApi {
  return {
    list: async (path, { notebooksModifiedAfterMs, signal } = {}) => {
      const query = { path, notebooks_modified_after: notebooksModifiedAfterMs };
      return objects(await client.json({ method: "GET", path: `${base}/list`, query, signal }), "objects").map(toInfo);
    },
    getStatus: async (path, { signal } = {}) =>
      toInfo(await client.json({ method: "GET", path: `${base}/get-status`, query: { path }, signal })),
    export: async (path, { format = "SOURCE", signal } = {}) => {
      const answer = await client.json({ method: "GET", path: `${base}/export`, query: { path, format }, signal });
      // An empty file has no `content` at all.
      const content = new Uint8Array(Buffer.from(text(answer, "content") ?? "", "base64"));
      return { content, fileType: text(answer, "file_type") };
    },
    import: (path, { content, format = "SOURCE", language, overwrite = false, signal }) => {
      const body = { path, format, language, overwrite, content: Buffer.from(content).toString("base64") };
      // A minute, and what a slow line of 100 KB/s takes for the base64.
      const timeoutMs = 60_000 + Math.ceil(body.content.length / 100);
      return client.run({ method: "POST", path: `${base}/import`, body, idempotent: overwrite, timeoutMs, signal });
    },
    mkdirs: (path, { signal } = {}) =>
      client.run({ method: "POST", path: `${base}/mkdirs`, body: { path }, idempotent: true, signal }),
    delete: (path, { recursive = false, signal } = {}) =>
      client.run({ method: "POST", path: `${base}/delete`, body: { path, recursive }, signal }),
  };
}

function toInfo(wire: JsonObject): ObjectInfo {
  return {
    path: requiredText(wire, "path"),
    objectType: text(wire, "object_type") ?? "UNKNOWN",
    language: text(wire, "language"),
    objectId: id(wire, "object_id"),
    createdAtMs: timeMs(wire, "created_at"),
    modifiedAtMs: timeMs(wire, "modified_at"),
    sizeBytes: number(wire, "size"),
  };
}
