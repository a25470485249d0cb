// Files and folders in volumes (Files API 2.0). Contents go from and to streams: no file is held in memory.
import { MortarError } from "../platform/errors.ts";
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client, ClientRequest } from "./client.ts";
import { openDownload, type Download } from "./download.ts";
import { flag, number, objects, text, timeMs } from "./fields.ts";
import { collect, pagesOf, pageSize, type ListOptions, type Listing } from "./pages.ts";
import { segment } from "./query.ts";

export interface FileEntry {
  /** The name alone, as the workspace gives it: it may hold anything. */
  readonly name: string;
  readonly isDirectory: boolean;
  /** Files only. */
  readonly sizeBytes: number | undefined;
  readonly modifiedAtMs: number | undefined;
}

export interface FileStatus {
  readonly isDirectory: boolean;
  /** Files only. */
  readonly sizeBytes: number | undefined;
  readonly modifiedAtMs: number | undefined;
  readonly contentType: string | undefined;
}

export interface UploadOptions extends CallOptions {
  /** Default false: a file that is there is `already_exists`. */
  readonly overwrite?: boolean | undefined;
}

export interface PartOptions extends CallOptions {
  /** In bytes, from 0. */
  readonly offset: number;
  /** At most so many bytes. */
  readonly length: number;
}

/** Paths are `/Volumes/catalog/schema/volume/...`. Errors: `not_found`, and `invalid_input` for a path that climbs. */
export interface FilesApi {
  /** What is in a folder, in the workspace's order. */
  list(path: string, options?: ListOptions): Promise<Listing<FileEntry>>;
  /** What is at the path, file or folder; undefined where there is nothing. */
  status(path: string, options?: CallOptions): Promise<FileStatus | undefined>;
  /** Sends a file of at most 5 GiB; missing folders are made. It is there as a whole or not at all. */
  upload(path: string, body: Blob, options?: UploadOptions): Promise<void>;
  /** The file from its beginning. A connection that breaks is taken up where it broke. */
  download(path: string, options?: CallOptions): Promise<Download>;
  readPart(path: string, options: PartOptions): Promise<Uint8Array<ArrayBuffer>>;
  delete(path: string, options?: CallOptions): Promise<void>;
  /** Makes the folder and those above it; nothing happens when it is there. */
  makeDirectory(path: string, options?: CallOptions): Promise<void>;
  /** Deletes an empty folder; `conflict` when something is in it. */
  deleteDirectory(path: string, options?: CallOptions): Promise<void>;
}

/** https://docs.databricks.com/api/workspace/files */
export function createFilesApi(client: Client): FilesApi {
  return {
    list: (path, { limit, signal } = {}) => {
      const pages = pagesOf(client, (token) => ({
        method: "GET",
        path: directoryPath(path),
        query: { page_size: pageSize(limit, 1_000), page_token: token },
        signal,
      }));
      return collect(pages, (page) => objects(page, "contents").map(toEntry), limit);
    },
    status: async (path, { signal } = {}) =>
      (await heads(client, { path: directoryPath(path), signal })) ??
      (await heads(client, { path: filePath(path), signal })),
    upload: (path, body, { overwrite = false, signal } = {}) =>
      client.run({
        method: "PUT",
        path: filePath(path),
        query: { overwrite },
        body,
        // Without it, a second try could find its own first one, and call it another's file.
        idempotent: overwrite,
        timeoutMs: uploadMs(body.size),
        signal,
      }),
    download: (path, { signal } = {}) => openDownload(client, { path: filePath(path), signal }),
    readPart: (path, options) => readPart(client, filePath(path), options),
    delete: (path, { signal } = {}) => client.run({ method: "DELETE", path: filePath(path), signal }),
    makeDirectory: (path, { signal } = {}) => client.run({ method: "PUT", path: directoryPath(path), signal }),
    deleteDirectory: (path, { signal } = {}) => client.run({ method: "DELETE", path: directoryPath(path), signal }),
  };
}

/** A minute, and what a slow line of 100 KB/s takes. */
function uploadMs(sizeBytes: number): number {
  return 60_000 + Math.ceil(sizeBytes / 100);
}

function filePath(path: string): `/${string}` {
  return `/api/2.0/fs/files/${encodedPath(path)}`;
}

function directoryPath(path: string): `/${string}` {
  return `/api/2.0/fs/directories/${encodedPath(path)}`;
}

function encodedPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((part) => segment(part, "name of a file or folder")).join("/");
}

/** A refused HEAD has no body, so nothing but its status says why. */
async function heads(client: Client, request: Pick<ClientRequest, "path" | "signal">): Promise<FileStatus | undefined> {
  try {
    const { headers } = await client.send({ ...request, method: "HEAD" });
    const isDirectory = request.path.startsWith("/api/2.0/fs/directories/");
    const size = headers.get("content-length");
    const modifiedAtMs = Date.parse(headers.get("last-modified") ?? "");
    return {
      isDirectory,
      sizeBytes: isDirectory || size === null ? undefined : Number(size),
      modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
      contentType: isDirectory ? undefined : (headers.get("content-type") ?? undefined),
    };
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  }
}

/** Also where the range is not heeded: then what lies before it is passed over. */
async function readPart(client: Client, path: `/${string}`, { offset, length, signal }: PartOptions) {
  const headers = { Accept: "*/*", "Accept-Encoding": "identity", Range: `bytes=${offset}-${offset + length - 1}` };
  const answer = await client.stream({ method: "GET", path, headers, signal });
  let skip = answer.status === 206 ? 0 : offset;
  let room = length;
  const parts: Uint8Array[] = [];
  for await (const chunk of answer.body) {
    const part = chunk.subarray(skip, skip + room);
    skip = Math.max(0, skip - chunk.byteLength);
    room -= part.byteLength;
    parts.push(part);
    if (room === 0) break;
  }
  return new Uint8Array(Bun.concatArrayBuffers(parts));
}

function toEntry(wire: JsonObject): FileEntry {
  const path = text(wire, "path") ?? "";
  const isDirectory = flag(wire, "is_directory");
  return {
    name: text(wire, "name") ?? path.replace(/\/+$/, "").replace(/^.*\//, ""),
    isDirectory,
    sizeBytes: isDirectory ? undefined : (number(wire, "file_size") ?? 0),
    modifiedAtMs: timeMs(wire, "last_modified"),
  };
}
