// One GET to an address that the guard has let through: the connection goes to exactly that address, the certificate is
// checked by the site's name.
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { networkFault } from "../../../workspace/network-error.ts";
import type { Deps } from "../../../platform/deps.ts";
import { companyProxy } from "../../company-proxy.ts";
import { WebRefusal } from "../refusal.ts";
import { admit, type Network } from "./guard.ts";

export type PinDeps = Pick<Deps, "fetch" | "env">;

export interface PinnedRequest {
  readonly url: URL;
  readonly network: Network;
  readonly userAgent: string;
  /** Larger bodies are refused; so are those that unpack to more. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  /** Certificates to trust beside the system's, in PEM. */
  readonly ca?: string | undefined;
}

export interface PinnedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Where a redirect leads to, where it is one. */
  readonly location: URL | undefined;
  /** Unpacked; undefined for a redirect. */
  readonly body: Uint8Array | undefined;
}

/**
 * Asks once, and follows nothing. Throws WebRefusal: what the guard throws, `url_not_accessible`, `content_too_large`.
 * With a company's proxy the name goes to the proxy, for it knows its own way; it was looked up and judged here before.
 */
export async function getPinned(deps: PinDeps, request: PinnedRequest): Promise<PinnedAnswer> {
  const { url, network, signal } = request;
  const address = await admit(url, network);
  signal.throwIfAborted();
  const response = await send(deps, request, address);
  const location = locationOf(url, response);
  if (location !== undefined) {
    await response.body?.cancel();
    return { status: response.status, headers: response.headers, location, body: undefined };
  }
  const packed = await readBody(response, request);
  const body = await unpacked(packed, response.headers.get("content-encoding"), request);
  return { status: response.status, headers: response.headers, location: undefined, body };
}

async function send({ fetch, env }: PinDeps, request: PinnedRequest, address: string): Promise<Response> {
  const { url, userAgent, signal, ca } = request;
  const proxy = companyProxy(url, env);
  const target = new URL(url);
  target.hash = "";
  const isName = !url.hostname.startsWith("[") && url.hostname !== address;
  if (proxy === undefined) target.hostname = address.includes(":") ? `[${address}]` : address;
  const trusted = ca === undefined ? {} : { ca };
  try {
    return await fetch(target, {
      method: "GET",
      headers: {
        host: url.host,
        "user-agent": userAgent,
        accept:
          "text/html,application/xhtml+xml,text/markdown,text/plain,application/json,application/pdf;q=0.9,*/*;q=0.5",
        "accept-encoding": "gzip, br, zstd, deflate",
        "accept-language": "en,*;q=0.5",
      },
      redirect: "manual",
      // Unpacked here, where it is bounded.
      decompress: false,
      // Never a connection that was opened for another name.
      keepalive: false,
      signal,
      tls: { ...trusted, ...(isName && proxy === undefined ? { serverName: url.hostname } : {}) },
      proxy: proxy ?? false,
    } as BunFetchRequestInit);
  } catch (thrown) {
    signal.throwIfAborted();
    const { says, code } = networkFault(thrown);
    const called = code === "" ? "" : ` (${code})`;
    throw new WebRefusal("url_not_accessible", `${url.host} cannot be reached: ${says}${called}.`, thrown);
  }
}

function locationOf(url: URL, { status, headers }: Response): URL | undefined {
  const location = headers.get("location");
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  return URL.canParse(location, url) ? new URL(location, url) : undefined;
}

async function readBody(response: Response, request: PinnedRequest): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(response.headers.get("content-length") ?? 0) > request.mostBytes) {
    await response.body?.cancel();
    throw tooLarge(request);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done || value === undefined) return new Uint8Array(Buffer.concat(chunks));
      size += value.length;
      if (size > request.mostBytes) throw tooLarge(request);
      chunks.push(value);
    }
  } catch (thrown) {
    await reader?.cancel().catch(() => undefined);
    request.signal.throwIfAborted();
    if (thrown instanceof WebRefusal) throw thrown;
    throw new WebRefusal("url_not_accessible", `${request.url.host} broke the connection.`, thrown);
  }
}

function tooLarge({ url, mostBytes }: PinnedRequest): WebRefusal {
  const most = `${Math.floor(mostBytes / 1_048_576)} MiB`;
  return new WebRefusal("content_too_large", `${url.host} sends more than ${most}, which is not read.`);
}

type Unpack = (
  bytes: Uint8Array,
  options: { maxOutputLength: number },
  done: (error: Error | null, result: Buffer) => void,
) => void;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  deflate: inflate,
  br: brotliDecompress,
  zstd: zstdDecompress,
};

/** In the thread pool, and no further than the bound: a few kilobytes can unpack to gigabytes. */
function unpacked(bytes: Uint8Array, encoding: string | null, request: PinnedRequest): Promise<Uint8Array> {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity" || bytes.length === 0) return Promise.resolve(bytes);
  const unpack = unpackers[name];
  if (unpack === undefined) throw badEncoding(request, name);
  return new Promise((resolve, reject) => {
    unpack(bytes, { maxOutputLength: request.mostBytes }, (error, result) => {
      if (error === null) return resolve(result);
      const isLarge = "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
      reject(isLarge ? tooLarge(request) : badEncoding(request, name));
    });
  });
}

function badEncoding({ url }: PinnedRequest, name: string): WebRefusal {
  return new WebRefusal("url_not_accessible", `What ${url.host} sends cannot be unpacked (${name.slice(0, 40)}).`);
}
