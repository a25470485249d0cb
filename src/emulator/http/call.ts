// One request as a handler sees it.
import { isObject, parseJson, type JsonObject } from "../../platform/json.ts";
import { ApiFault, type Call, type Caller } from "./route.ts";

export interface CallParts {
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** The body is read once, however often a handler asks for it. */
export function createCall({ request, url, params, caller, signal }: CallParts): Call {
  let body: Promise<Uint8Array> | undefined;
  const bytes = (): Promise<Uint8Array> => (body ??= request.arrayBuffer().then((buffer) => new Uint8Array(buffer)));
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
