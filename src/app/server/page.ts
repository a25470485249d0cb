// The page itself: its files as they were built, and for every other address of it the same index.
import { pageHeaders } from "./headers.ts";
import type { PageFile } from "./page-files.ts";

export interface Page {
  /** Undefined for what is no file of the page and no address of it. */
  answer(request: Request, url: URL): Promise<Response | undefined>;
}

const oneYear = "public, max-age=31536000, immutable";

/** `load` is called with the first request that asks for the page, and again after it failed. */
export function createPage(load: () => Promise<ReadonlyMap<string, PageFile>>): Page {
  let loading: Promise<ReadonlyMap<string, ServedFile>> | undefined;
  const files = async (): Promise<ReadonlyMap<string, ServedFile>> => {
    const now = (loading ??= load().then(served));
    try {
      return await now;
    } catch (thrown) {
      if (loading === now) loading = undefined;
      throw thrown;
    }
  };
  return {
    answer: async (request, url) => {
      if (request.method !== "GET" && request.method !== "HEAD") return undefined;
      const known = await files();
      const file = known.get(url.pathname) ?? (isAddress(url.pathname) ? known.get("/index.html") : undefined);
      return file === undefined ? undefined : fileAnswer(request, file, url.pathname.startsWith("/assets/"));
    },
  };
}

interface ServedFile extends PageFile {
  readonly tag: string;
}

function served(files: ReadonlyMap<string, PageFile>): ReadonlyMap<string, ServedFile> {
  const entries = [...files].map(([path, file]): [string, ServedFile] => {
    return [path, { ...file, tag: `"${Bun.hash(file.bytes).toString(36)}"` }];
  });
  return new Map(entries);
}

/** Where a person can be in the page: it has no dot in its last part, and is no route of ours. */
function isAddress(path: string): boolean {
  return !/^\/(?:api|mcp|assets)(?:\/|$)/.test(path) && !/\.[^/]*$/.test(path);
}

/** A name with a hash in it never means another content; the index is asked for anew each time. */
function fileAnswer({ method, headers }: Request, { bytes, type, tag }: ServedFile, isForEver: boolean): Response {
  const own = {
    ...pageHeaders,
    "content-type": type,
    "cache-control": isForEver ? oneYear : "no-cache",
    etag: tag,
  };
  if (headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers: own });
  return new Response(method === "HEAD" ? null : bytes, { headers: own });
}
