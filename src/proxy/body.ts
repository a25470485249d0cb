// A request's body: whole in memory where that lets it be sent again, else carried as it comes. Never cut.
import { MortarError } from "../platform/errors.ts";
import type { ModelRequest } from "./types.ts";

export interface BodyLimits {
  /** Up to this many bytes a body is held, and can be sent again; a longer one passes as a stream. */
  readonly heldBytes: number;
  /** A longer body is refused with 413. */
  readonly mostBytes: number;
}

const mebibyte = 1024 * 1024;

/** A long session with images is 30 MB; the model APIs themselves end at 32 MB, the files APIs at 500. */
export const defaultBodyLimits: BodyLimits = { heldBytes: 64 * mebibyte, mostBytes: 1024 * mebibyte };

export interface ReadBody {
  readonly body: ModelRequest["body"];
  /** The length that the client named, where the body is a stream. */
  readonly streamedBytes: number | undefined;
}

const none: ReadBody = { body: null, streamedBytes: undefined };

/**
 * Reads what can be held, and gives the rest as a stream. Throws `too_large` before anything is forwarded, where the
 * length is named; a stream of unknown length that grows too long fails, so that the workspace never sees an end of it.
 */
export function readBody(request: Request, limits: BodyLimits): ReadBody | Promise<ReadBody> {
  const { method, headers } = request;
  const named = headers.get("content-length");
  const length = named === null ? undefined : Number(named);
  if (method === "GET" || method === "HEAD") {
    if ((length ?? 0) > 0 || headers.has("transfer-encoding")) {
      throw new MortarError("invalid_input", `A ${method} request has no body`);
    }
    return none;
  }
  if (length !== undefined) return readNamed(request, length, limits);
  return request.body === null ? none : readUnnamed(request.body, limits);
}

function readNamed(request: Request, length: number, limits: BodyLimits): ReadBody | Promise<ReadBody> {
  if (length > limits.mostBytes) throw tooLarge(limits);
  if (length > limits.heldBytes) return { body: request.body, streamedBytes: length };
  if (length === 0) return { body: new Uint8Array(), streamedBytes: undefined };
  return request.bytes().then((body) => ({ body, streamedBytes: undefined }));
}

async function readUnnamed(stream: ReadableStream<Uint8Array>, limits: BodyLimits): Promise<ReadBody> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= limits.heldBytes) {
    const { done, value } = await reader.read();
    if (done) return { body: joined(chunks, size), streamedBytes: undefined };
    size += value.length;
    if (size > limits.mostBytes) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge(limits);
    }
    chunks.push(value);
  }
  return { body: continued(chunks, reader, { size, limits }), streamedBytes: undefined };
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** What was read already, then the rest as it comes. */
function continued(
  read: readonly Uint8Array[],
  reader: Reader,
  { size, limits }: { readonly size: number; readonly limits: BodyLimits },
): ReadableStream<Uint8Array> {
  const waiting = [...read];
  let total = size;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const first = waiting.shift();
      if (first !== undefined) return controller.enqueue(first);
      const { done, value } = await reader.read();
      if (done) return controller.close();
      total += value.length;
      if (total > limits.mostBytes) {
        await reader.cancel().catch(() => undefined);
        return controller.error(tooLarge(limits));
      }
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function tooLarge({ mostBytes }: BodyLimits): MortarError {
  return new MortarError("too_large", `The request is larger than ${Math.floor(mostBytes / mebibyte)} MiB`, {
    hint: "Compact the conversation, or leave large files and images out of it.",
  });
}
