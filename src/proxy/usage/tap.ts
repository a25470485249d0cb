// Reads along with an answer without standing in its way: the client's bytes go first, and nothing is changed or held up.
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress, type Gunzip } from "node:zlib";
import type { DialectName } from "../dialects.ts";
import { brokenOff } from "../transport.ts";
import type { Reading } from "./counts.ts";
import { createScanner, readWhole, type UsageScanner } from "./scanner.ts";

export interface TapOptions {
  readonly dialect: DialectName;
  /** Called once: when the body has ended, broken off, or been left by the client. undefined where it told nothing. */
  readonly onEnd: (reading: Reading | undefined) => void;
}

/** A document up to this length is read whole: it comes in one piece, and reading it so costs a third. */
const wholeBytes = 256 * 1024;

/** The same answer, with somebody reading along. */
export function tap(response: Response, options: TapOptions): Response | Promise<Response> {
  const { headers } = response;
  const stream = headers.get("content-type")?.includes("text/event-stream") === true;
  // Its body is not even looked at: that alone would make a stream of it.
  if (!stream && Number(headers.get("content-length") ?? Number.NaN) <= wholeBytes) return tapWhole(response, options);
  const { body } = response;
  if (body !== null) return tapStream(response, body, { ...options, stream });
  options.onEnd(undefined);
  return response;
}

function tapWhole(response: Response, options: TapOptions): Promise<Response> {
  return response.bytes().then(
    (bytes) => {
      readAll(bytes, response.headers.get("content-encoding"), options);
      return new Response(bytes, response);
    },
    (thrown: unknown) => {
      options.onEnd(undefined);
      // Nothing of it has gone out yet: the client is told, in place of a connection that breaks for it too.
      throw brokenOff(thrown);
    },
  );
}

function readAll(bytes: Uint8Array, encoding: string | null, { dialect, onEnd }: TapOptions): void {
  if (encoding === null) return onEnd(readWhole(dialect, bytes));
  const along = follow(createScanner(dialect, false), encoding);
  along.push(bytes);
  along.end(true, onEnd);
}

function tapStream(
  response: Response,
  body: ReadableStream<Uint8Array>,
  { dialect, onEnd, stream }: TapOptions & { readonly stream: boolean },
): Response {
  const { status, headers } = response;
  const along = follow(createScanner(dialect, stream), headers.get("content-encoding"));
  let told = false;
  const tell = (complete: boolean): void => {
    if (told) return;
    told = true;
    along.end(complete, onEnd);
  };
  const reader = body.getReader();
  const copy = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
            return tell(true);
          }
          controller.enqueue(value);
          along.push(value);
        } catch (thrown) {
          // The connection breaks for the client as it broke for us.
          controller.error(thrown);
          tell(false);
        }
      },
      cancel: async (reason) => {
        tell(false);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(copy, { status, headers });
}

interface Follower {
  push(bytes: Uint8Array): void;
  end(complete: boolean, onEnd: (reading: Reading | undefined) => void): void;
}

function follow(scanner: UsageScanner, encoding: string | null): Follower {
  const decoder = decoderOf(encoding);
  if (decoder === undefined) {
    return {
      push: (bytes) => scanner.push(bytes),
      end: (complete, onEnd) => onEnd(complete ? scanner.end() : scanner.reading()),
    };
  }
  let broken = false;
  decoder.on("data", (bytes: Buffer) => scanner.push(bytes));
  decoder.on("error", () => {
    broken = true;
  });
  return {
    push: (bytes) => {
      // A copy: the decoder reads it later.
      if (!broken) decoder.write(Buffer.from(bytes));
    },
    end: (complete, onEnd) => {
      let told = false;
      const tell = (): void => {
        if (told) return;
        told = true;
        onEnd(complete ? scanner.end() : scanner.reading());
      };
      decoder.once("end", tell);
      decoder.once("error", tell);
      decoder.once("close", tell);
      if (broken) tell();
      else decoder.end();
    },
  };
}

type Decoder = Pick<Gunzip, "write" | "end" | "on" | "once">;

function decoderOf(encoding: string | null): Decoder | undefined {
  switch (encoding) {
    case "gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
    default:
      return undefined;
  }
}
