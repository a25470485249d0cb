// Looking into an answer that refuses, to tell what was refused; the client still gets every byte of it.
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { brokenOff } from "./transport.ts";

export interface Refusal {
  /** The same answer, to be handed on. */
  readonly response: Response;
  /** The token does not count (any more): another one may. */
  readonly tokenRefused: boolean;
  /** There is nothing at this path; undefined words leave it open that the model is what is missing. */
  readonly routeAbsent: boolean;
}

/** What a refusal says stands in its beginning. */
const mostBytes = 64 * 1024;
const mostInflatedBytes = 1024 * 1024;

/**
 * Reads a 400, 401, 403 or 404. A body that is longer than a refusal's, or that does not say its length and does not end
 * soon, is read no further than that and goes on as a stream. Throws `unreachable` where it breaks off before that.
 */
export async function readRefusal(answer: Response): Promise<Refusal> {
  const { text, response } = await readWords(answer);
  const tokenRefused = saysTokenRefused(answer.status, text);
  return { response, tokenRefused, routeAbsent: answer.status === 404 && !namesModel(text) };
}

/** The words with which an answer begins, as far as they can be read, and the same answer to be handed on. */
export async function readWords(answer: Response): Promise<{ readonly text: string; readonly response: Response }> {
  const { whole, response } = await beginning(answer);
  return { text: decoded(whole, answer.headers.get("content-encoding")), response };
}

const refusesToken =
  /invalid (?:access )?token\b|\b(?:access )?token (?:is |has )?(?:been )?(?:expired|invalid|revoked)/i;

// As all that is said: a 400 about a schema or a text of the conversation may have the same words in it.
const saysNothingElse =
  /(?:^|")\s*(?:(?:error|bad_request): )?(?:invalid (?:access )?token|(?:the |your )?(?:access )?token (?:is |has )?(?:been )?(?:expired|invalid|revoked))[.!]?\s*(?:$|\\?")/i;

/**
 * Whether a refusal is about the token. 403 and 400 mostly mean something else: Databricks answers 403 "Invalid access
 * token", gateways 400 "Invalid Token". `text` is the body, or its message.
 */
export function saysTokenRefused(status: number, text: string): boolean {
  if (status === 401) return true;
  if (status === 403) return refusesToken.test(text);
  return status === 400 && saysNothingElse.test(text);
}

/** "Model not found", "the given endpoint does not exist": the path is there, and what the body names is not. */
function namesModel(text: string): boolean {
  return /\bmodel\b|RESOURCE_DOES_NOT_EXIST|\b(?:endpoint|service)\b[^.]{0,200}\b(?:not exist|not found)/i.test(text);
}

interface Beginning {
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly response: Response;
}

async function beginning(answer: Response): Promise<Beginning> {
  const { status, headers } = answer;
  if (answer.body === null) return { whole: new Uint8Array(), response: answer };
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= mostBytes) {
    const { done, value } = await reader.read().catch((thrown: unknown) => {
      throw brokenOff(thrown);
    });
    if (done) {
      const whole = Uint8Array.from(Buffer.concat(chunks));
      return { whole, response: new Response(whole, { status, headers }) };
    }
    chunks.push(value);
    size += value.length;
  }
  const whole = Uint8Array.from(Buffer.concat(chunks));
  const waiting = [...chunks];
  const rest = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const first = waiting.shift();
      if (first !== undefined) return controller.enqueue(first);
      const { done, value } = await reader.read();
      return done ? controller.close() : controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { whole, response: new Response(rest, { status, headers }) };
}

/** The words of the body; empty where it is compressed in a way, or to a size, that is not worth it. */
function decoded(bytes: Uint8Array<ArrayBuffer>, encoding: string | null): string {
  try {
    return new TextDecoder().decode(inflated(bytes, encoding)).slice(0, mostBytes);
  } catch {
    return "";
  }
}

function inflated(bytes: Uint8Array<ArrayBuffer>, encoding: string | null): Uint8Array {
  const limit = { maxOutputLength: mostInflatedBytes };
  switch (encoding) {
    case "gzip":
      return gunzipSync(bytes, limit);
    case "deflate":
      return inflateSync(bytes, limit);
    case "br":
      return brotliDecompressSync(bytes, limit);
    case "zstd":
      return zstdDecompressSync(bytes, limit);
    default:
      return bytes;
  }
}
