// What an answer that is a refusal says: every shape of error body that workspaces send, made into one.
import { isObject, parseJson, type JsonObject } from "../platform/json.ts";
import { object, objects, text } from "./fields.ts";

export interface ApiProblem {
  readonly status: number;
  /** The workspace's own code: `RESOURCE_DOES_NOT_EXIST`, `SCIM_404`, `invalid_grant`. */
  readonly errorCode: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
  /** Of a RetryInfo among the details, in milliseconds. */
  readonly retryDelayMs: number | undefined;
  /** The body was JSON in one of the API's shapes: the answer is the workspace's, not a proxy's or another server's. */
  readonly fromApi: boolean;
  /** The body was a web page. */
  readonly html: boolean;
}

// What other servers send has no bounds, and the expressions below take quadratic time on what is made for that.
const pageLength = 16_384;
const messageLength = 8_000;
const codeLength = 200;

/** Reads the body of a failed answer. Never throws. */
export function parseProblem(status: number, headers: Headers, body: string): ApiProblem {
  const json = jsonObject(body);
  const read = (json === undefined ? undefined : fromJson(json)) ?? fromText(status, body);
  const details = json === undefined ? [] : objects(json, "details");
  return {
    status,
    ...read,
    requestId: requestIdOf(details, headers, read.message),
    retryDelayMs: retryDelayOf(details),
    html: json === undefined && looksLikeHtml(body),
  };
}

/** Whether a body is a web page. */
export function looksLikeHtml(body: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(body.slice(0, 1000));
}

/** The title of a web page, for a message; undefined where it has none. */
export function htmlTitle(body: string): string | undefined {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body.slice(0, pageLength))?.[1];
  return title === undefined ? undefined : tidy(title) || undefined;
}

type Reading = Pick<ApiProblem, "errorCode" | "message" | "fromApi">;

// The order matters: the norm, API 1.2, SCIM, OAuth.
function fromJson(json: JsonObject): Reading | undefined {
  const code = codeOf(json["error_code"]);
  const message = text(json, "message");
  const error = text(json, "error");
  if (code !== undefined || message !== undefined)
    return { errorCode: code, message: readable(message ?? error ?? code ?? ""), fromApi: true };
  if (isScim(json)) {
    const words = [text(json, "scimType"), text(json, "detail")].filter((word) => word !== undefined);
    const status = codeOf(json["status"]);
    return {
      errorCode: `SCIM_${status ?? "ERROR"}`,
      message: readable(words.join(" ")) || "SCIM error",
      fromApi: true,
    };
  }
  if (error === undefined) return undefined;
  const description = text(json, "error_description");
  if (description !== undefined) return { errorCode: codeOf(error), message: readable(description), fromApi: true };
  return { errorCode: undefined, message: readable(error), fromApi: true };
}

function fromText(status: number, whole: string): Reading {
  const body = whole.slice(0, pageLength);
  const coded = /^\s*([A-Z][A-Z0-9_]{2,}): (.+)/s.exec(body);
  if (coded?.[1] !== undefined && coded[2] !== undefined)
    return { errorCode: coded[1], message: tidy(coded[2]), fromApi: true };
  const pre = /<pre[^>]*>([\s\S]*?)<\/pre>/i.exec(body)?.[1];
  if (pre !== undefined && tidy(pre) !== "") return { errorCode: undefined, message: tidy(pre), fromApi: false };
  if (looksLikeHtml(body))
    return { errorCode: undefined, message: htmlTitle(body) ?? statusText(status), fromApi: false };
  const plain = tidy(body);
  return { errorCode: undefined, message: plain === "" ? statusText(status) : plain, fromApi: false };
}

function isScim(json: JsonObject): boolean {
  const schemas = json["schemas"];
  const isError = Array.isArray(schemas) && schemas.some((name) => String(name).endsWith(":Error"));
  return isError || (text(json, "detail") !== undefined && json["status"] !== undefined);
}

function codeOf(value: unknown): string | undefined {
  if (typeof value === "string") return readable(value, codeLength) || undefined;
  return typeof value === "number" ? String(value) : undefined;
}

function requestIdOf(details: readonly JsonObject[], headers: Headers, message: string): string | undefined {
  const info = details.find((detail) => text(detail, "@type")?.endsWith("google.rpc.RequestInfo"));
  const id =
    (info === undefined ? undefined : text(info, "request_id")) ??
    headers.get("x-request-id") ??
    headers.get("x-databricks-request-id") ??
    /\[ReqId: ([\w-]+)\]/.exec(message)?.[1];
  return id === undefined ? undefined : readable(id, codeLength) || undefined;
}

function retryDelayOf(details: readonly JsonObject[]): number | undefined {
  const info = details.find((detail) => text(detail, "@type")?.endsWith("google.rpc.RetryInfo"));
  if (info === undefined) return undefined;
  const asObject = object(info, "retry_delay");
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(text(info, "retry_delay") ?? "")?.[1] ?? asObject?.["seconds"];
  const delayMs = Number(seconds) * 1000;
  return Number.isFinite(delayMs) && delayMs >= 0 ? delayMs : undefined;
}

function jsonObject(body: string): JsonObject | undefined {
  try {
    const value = parseJson(body);
    return isObject(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Text for a terminal and a log: no escape sequences, no control characters but line ends and tabs, not without end. */
function readable(words: string, length = messageLength): string {
  const cut = words.length > length ? `${words.slice(0, length)}...` : words;
  return Bun.stripANSI(cut.replaceAll("\r\n", "\n")).replace(/[^\P{Cc}\n\t]/gu, "");
}

function tidy(words: string): string {
  const plain = readable(words)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
  return plain.trim().slice(0, 500);
}

const statusTexts: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Not permitted",
  404: "Not found",
  409: "Conflict",
  413: "Too large",
  429: "Too many requests",
  499: "Cancelled",
  500: "Internal error of the workspace",
  501: "Not implemented",
  502: "Bad gateway",
  503: "Temporarily unavailable",
  504: "The workspace took too long",
};

function statusText(status: number): string {
  return statusTexts[status] ?? `HTTP status ${status}`;
}
