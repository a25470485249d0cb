// Fetching a file of a release: never larger than it may be, never slower than it may be, never over plain http.
import type { Deps } from "../deps.ts";
import { isAbort, MortarError } from "../errors.ts";
import { isSafe } from "./feed.ts";

export interface DownloadLimits {
  /** The file's greatest size in bytes. */
  readonly sizeBytes: number;
  /** Longest wait for an answer, and for each piece of it, in milliseconds. */
  readonly idleMs: number;
  /** Longest time for all of it, in milliseconds. */
  readonly totalMs: number;
}

export interface DownloadOptions extends DownloadLimits {
  readonly signal: AbortSignal;
  readonly onProgress?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
}

const mostRedirects = 5;

/**
 * The bytes at `url`. Throws `unreachable`, `not_found` (404), `bad_response` (another status, a redirect to where it must
 * not go, cut off), `too_large`, `timeout`, and an abort.
 */
export async function download(deps: Pick<Deps, "fetch">, url: URL, options: DownloadOptions): Promise<Uint8Array> {
  const idle = new AbortController();
  const total = AbortSignal.timeout(options.totalMs);
  const signal = AbortSignal.any([options.signal, idle.signal, total]);
  let timer = setTimeout(() => idle.abort(), options.idleMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => idle.abort(), options.idleMs);
  };
  try {
    const response = await follow(deps, url, signal);
    return await readBody(response, url, { ...options, signal, alive });
  } catch (thrown) {
    options.signal.throwIfAborted();
    if (idle.signal.aborted || total.aborted) {
      throw new MortarError("timeout", `${url.host} did not send ${fileOf(url)} in time`, { cause: thrown });
    }
    if (thrown instanceof MortarError || isAbort(thrown)) throw thrown;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new MortarError("unreachable", `Cannot fetch ${url.origin}${url.pathname}: ${why}`, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}

async function follow(deps: Pick<Deps, "fetch">, start: URL, signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    if (!isSafe(url) || (start.protocol === "https:" && url.protocol !== "https:")) {
      throw new MortarError("bad_response", `${start.host} leads to ${url.origin}, which is not https`);
    }
    // Identity: a signed file is checked as its bytes, so nothing on the way may encode it anew.
    const response = await deps.fetch(url, { redirect: "manual", signal, headers: { "accept-encoding": "identity" } });
    if (response.status < 300 || response.status >= 400) return response;
    const location = response.headers.get("location") ?? "";
    await response.body?.cancel();
    if (!URL.canParse(location, url)) {
      throw new MortarError("bad_response", `${url.host} redirects ${fileOf(url)} to nowhere`);
    }
    url = new URL(location, url);
  }
  throw new MortarError("bad_response", `${start.host} redirects ${fileOf(start)} too often`);
}

interface Reading extends DownloadOptions {
  readonly alive: () => void;
}

async function readBody(response: Response, url: URL, options: Reading): Promise<Uint8Array> {
  if (response.status === 404) throw new MortarError("not_found", `${url.host} has no ${fileOf(url)}`);
  if (!response.ok) {
    throw new MortarError("bad_response", `${url.host} answered ${response.status} for ${fileOf(url)}`, {
      httpStatus: response.status,
    });
  }
  const declared = Number(response.headers.get("content-length") ?? Number.NaN);
  const totalBytes = Number.isSafeInteger(declared) ? declared : undefined;
  if ((totalBytes ?? 0) > options.sizeBytes) throw tooLarge(url, options.sizeBytes);
  const chunks: Uint8Array[] = [];
  let received = 0;
  // An abort must end the wait for the next piece, also where the connection itself does not notice.
  const reader = response.body?.getReader();
  const stopped = new Promise<never>((_, reject) => {
    options.signal.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError")), { once: true });
  });
  stopped.catch(() => undefined);
  try {
    for (;;) {
      options.signal.throwIfAborted();
      const part = await Promise.race([reader?.read(), stopped]);
      if (part === undefined || part.done) break;
      options.alive();
      received += part.value.byteLength;
      if (received > options.sizeBytes) throw tooLarge(url, options.sizeBytes);
      chunks.push(part.value);
      options.onProgress?.(received, totalBytes);
    }
  } finally {
    void reader?.cancel().catch(() => undefined);
  }
  if (totalBytes !== undefined && received < totalBytes) {
    throw new MortarError("bad_response", `${url.host} sent ${received} of ${totalBytes} bytes of ${fileOf(url)}`, {
      hint: "The connection was cut. Try again.",
    });
  }
  return Buffer.concat(chunks);
}

function tooLarge(url: URL, limit: number): MortarError {
  return new MortarError("too_large", `${url.host} sends more than ${limit} bytes as ${fileOf(url)}`);
}

function fileOf(url: URL): string {
  return url.pathname.slice(url.pathname.lastIndexOf("/") + 1) || url.pathname;
}
