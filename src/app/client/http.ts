// One request to the app's own server: JSON in, JSON out, and every failure as an error that says what to do.
import type { ErrorAnswer } from "../contract/api.ts";
import type { ErrorShape } from "../contract/events.ts";

/** A refusal of the server, or that it could not be reached (`status` 0, code `unreachable`). */
export class ApiError extends Error implements ErrorShape {
  readonly code: string;
  readonly hint?: string;
  readonly status: number;

  constructor(status: number, error: ErrorShape) {
    super(error.message);
    this.name = "ApiError";
    this.status = status;
    this.code = error.code;
    if (error.hint !== undefined) this.hint = error.hint;
  }
}

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: Blob | FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly signal?: AbortSignal;
}

const unreachable: ErrorShape = {
  code: "unreachable",
  message: "The Mortar server does not answer.",
  hint: "See whether `mortar app serve` still runs and whether you are online, then try again.",
};

/** `path` with the query's values that are set. */
export const address = (path: string, query: RequestOptions["query"] = {}): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
};

const isErrorAnswer = (value: unknown): value is ErrorAnswer =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { error?: { message?: unknown } }).error?.message === "string";

/** What a refusal says, whatever came in its body. */
export const errorOf = (status: number, body: string): ApiError => {
  try {
    const value: unknown = JSON.parse(body);
    if (isErrorAnswer(value)) return new ApiError(status, value.error);
    const detail = (value as { detail?: unknown } | null)?.detail;
    if (typeof detail === "string") return new ApiError(status, { code: "refused", message: detail });
  } catch {
    // Not ours: something between here and the server answered.
  }
  const hint =
    status === 502 || status === 503 || status === 504
      ? "The server may be starting. Try again in a moment."
      : "Load the page again; you may have to sign in.";
  return new ApiError(status, { code: "bad_response", message: `The server answered with status ${status}.`, hint });
};

/** Asks, and gives the answer when it is a good one. Throws `ApiError`; an abort throws what `fetch` does. */
export const send = async (path: string, options: RequestOptions = {}): Promise<Response> => {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  if (options.json !== undefined) headers["content-type"] = "application/json";
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method: options.method ?? "GET",
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiError(0, unreachable);
  }
  if (!response.ok) throw errorOf(response.status, await response.text().catch(() => ""));
  return response;
};

/** As `send`, with the JSON of the answer. */
export const request = async <T>(path: string, options: RequestOptions = {}): Promise<T> => {
  const response = await send(path, options);
  try {
    return (await response.json()) as T;
  } catch {
    throw errorOf(response.status, "");
  }
};

/** Any thrown thing as what is shown of it. */
export const shapeOf = (error: unknown): ErrorShape => {
  if (error instanceof ApiError) return error;
  return {
    code: "internal",
    message: error instanceof Error && error.message !== "" ? error.message : "Something went wrong on this page.",
    hint: "Load the page again. If it happens again, tell whoever runs this server.",
  };
};
