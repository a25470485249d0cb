// One request as a handler sees it.
import { isObject, parseJson, type JsonObject } from "../../platform/json.ts";
import { ApiFault, type Call, type Caller } from "./route.ts";

export interface CallParts {
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  /** Beyond it the body is not read. The server has a limit of its own. */
  readonly bodyLimitBytes: number;
}

/** The body is read once, however often a handler asks for it. */
export function createCall({ request, url, params, caller, signal, bodyLimitBytes }: CallParts): Call {
  let body: Promise<Uint8Array> | undefined;
  const bytes = (): Promise<Uint8Array> => (body ??= readBody(request, bodyLimitBytes));
  return {
    method: request.method,
    path: url.pathname,
    params,
    query: url.searchParams,
    headers: request.headers,
    caller,
    signal,
    request,
    bytes,
    json: async () => parseBody(new TextDecoder().decode(await bytes())),
  };
}

/** Throws ApiFault 413 as soon as there is more than the limit. */
async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (limitBytes === Number.POSITIVE_INFINITY) return new Uint8Array(await request.arrayBuffer());
  if (Number(request.headers.get("content-length") ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(limitBytes: number): ApiFault {
  return new ApiFault(413, "REQUEST_TOO_LARGE", `The body of this request may have at most ${limitBytes} bytes.`);
}

function parseBody(text: string): JsonObject {
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw malformed("Invalid JSON given in the body of the request - failed to parse given JSON");
  }
  if (!isObject(value)) throw malformed("Invalid JSON given in the body of the request - expected a map");
  return value as JsonObject;
}

function malformed(message: string): ApiFault {
  return new ApiFault(400, "MALFORMED_REQUEST", message);
}
