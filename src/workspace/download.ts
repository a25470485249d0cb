// A file on its way down. Where the connection breaks, it goes on from there, as long as the file is the same.
import { MortarError } from "../platform/errors.ts";
import type { CallOptions, Client } from "./client.ts";
import type { StreamAnswer } from "./transport.ts";

export interface Download {
  /** As the workspace announced it; undefined where it did not. */
  readonly sizeBytes: number | undefined;
  readonly modifiedAtMs: number | undefined;
  /** Can be read once. Throws MortarError where the file cannot be had whole. */
  readonly body: AsyncIterable<Uint8Array>;
}

interface DownloadRequest extends CallOptions {
  readonly path: `/${string}`;
}

// Compressed on the way, neither length nor place would be those of the file.
const plain = { Accept: "*/*", "Accept-Encoding": "identity" };
// In a row, without a byte between them.
const mostBreaks = 3;

/** Throws what the client throws. */
export async function openDownload(client: Client, request: DownloadRequest): Promise<Download> {
  const answer = await client.stream({ method: "GET", ...request, headers: plain });
  const length = answer.headers.get("content-length");
  const sizeBytes = length === null ? undefined : Number(length);
  const modifiedAtMs = Date.parse(answer.headers.get("last-modified") ?? "");
  return {
    sizeBytes,
    modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
    body: wholeBody(client, request, { answer, sizeBytes }),
  };
}

interface Begun {
  readonly answer: StreamAnswer;
  readonly sizeBytes: number | undefined;
}

async function* wholeBody(client: Client, request: DownloadRequest, { answer, sizeBytes }: Begun) {
  const lastModified = answer.headers.get("last-modified");
  let current = answer;
  let total = sizeBytes;
  let position = 0;
  let breaks = 0;
  for (;;) {
    let broken = brokenOff();
    try {
      for await (const chunk of current.body) {
        position += chunk.byteLength;
        breaks = 0;
        yield chunk;
      }
      if (total === undefined || position === total) return;
      if (position > total) throw otherFile();
    } catch (thrown) {
      if (!(thrown instanceof MortarError) || !["unreachable", "timeout"].includes(thrown.code)) throw thrown;
      if (position === total) return;
      broken = thrown;
    }
    breaks += 1;
    if (breaks > mostBreaks) throw broken;
    await client.clock.sleep(breaks * 1_000, request.signal);
    const since = lastModified === null ? {} : { "If-Unmodified-Since": lastModified };
    const headers = { ...plain, ...since, Range: `bytes=${position}-` };
    current = await client.stream({ method: "GET", ...request, headers });
    const told = totalOf(current, position);
    const isSame = current.headers.get("last-modified") === lastModified;
    if (told === undefined || !isSame || (total !== undefined && told !== total)) throw otherFile();
    total = told;
  }
}

/** The size of the whole file, by an answer with all of it from `position`; undefined for another answer. */
function totalOf({ status, headers }: StreamAnswer, position: number): number | undefined {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  const [start, last, total] = (range ?? []).slice(1).map(Number);
  if (status !== 206 || start !== position || total === undefined || last !== total - 1) return undefined;
  return total;
}

function brokenOff(): MortarError {
  return new MortarError("unreachable", "The workspace ended the file before its end", { hint: "Try again." });
}

function otherFile(): MortarError {
  return new MortarError("conflict", "The file was changed while it was read", { hint: "Try again." });
}
