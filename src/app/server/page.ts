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
  /** Packed for the way, once somebody asks for it so; undefined where that is not worth it. */
  readonly packed: (() => Uint8Array<ArrayBuffer>) | undefined;
}

/** What is text gets a third of its size. */
const packable = /^(?:text\/|application\/(?:javascript|json|manifest)|image\/svg)/;
const leastPacked = 1_024;

function served(files: ReadonlyMap<string, PageFile>): ReadonlyMap<string, ServedFile> {
  const entries = [...files].map(([path, file]): [string, ServedFile] => {
    const { bytes, type } = file;
    const isWorthIt = packable.test(type) && bytes.byteLength >= leastPacked;
    let kept: Uint8Array<ArrayBuffer> | undefined;
    const packed = (): Uint8Array<ArrayBuffer> => (kept ??= Bun.gzipSync(bytes));
    return [path, { ...file, tag: Bun.hash(bytes).toString(36), packed: isWorthIt ? packed : undefined }];
  });
  return new Map(entries);
}

/** Where a person can be in the page: it has no dot in its last part, and is no route of ours. */
function isAddress(path: string): boolean {
  return !/^\/(?:api|mcp|assets)(?:\/|$)/.test(path) && !/\.[^/]*$/.test(path);
}

/** A name with a hash in it never means another content; the index is asked for anew each time. */
function fileAnswer({ method, headers }: Request, file: ServedFile, isForEver: boolean): Response {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i.test(headers.get("accept-encoding") ?? "");
  const packed = takesGzip ? file.packed : undefined;
  const etag = `"${file.tag}${packed === undefined ? "" : "-gz"}"`;
  const own = {
    ...pageHeaders,
    "content-type": file.type,
    "cache-control": isForEver ? oneYear : "no-cache",
    etag,
    ...(file.packed === undefined ? {} : { vary: "accept-encoding" }),
    ...(packed === undefined ? {} : { "content-encoding": "gzip" }),
  };
  if (headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: own });
  if (method === "HEAD") return new Response(null, { headers: own });
  return new Response(packed?.() ?? file.bytes, { headers: own });
}
