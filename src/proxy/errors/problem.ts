// What a refusal of the workspace says, out of each of the shapes in which models' errors come.
import { isObject, tryJson } from "../../platform/json.ts";
import { redact } from "../../platform/log.ts";
import { readWords } from "../refusal.ts";
import { isWebPage } from "./web-page.ts";

export interface Problem {
  readonly status: number;
  /** In plain words; empty where there are none. */
  readonly message: string;
  /** The dialect's word for its kind (`invalid_request_error`, `RESOURCE_EXHAUSTED`), where there is one. */
  readonly type: string | undefined;
  /** The workspace's `error_code`. */
  readonly errorCode: string | undefined;
  readonly requestId: string | undefined;
  /** A web page. */
  readonly html: boolean;
  /** The body, as text: what of it was read. */
  readonly text: string;
}

/** Reads an answer that refuses. `response` is the same answer, with all its bytes. Throws what breaks the connection. */
export async function readProblem(answer: Response): Promise<{ problem: Problem; response: Response }> {
  const { text, response } = await readWords(answer);
  return { problem: problemOf(answer, text), response };
}

export function problemOf({ status, headers }: Pick<Response, "status" | "headers">, text: string): Problem {
  const html =
    (status < 400 && isWebPage({ headers })) || /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text.slice(0, 1000));
  const requestId = headers.get("x-request-id") ?? headers.get("request-id") ?? undefined;
  const read = html ? { message: titleOf(text) } : unwrapped(tryJson(text) ?? text, 0);
  return { status, type: undefined, errorCode: undefined, ...read, requestId, html, text };
}

interface Read {
  readonly message: string;
  readonly type?: string | undefined;
  readonly errorCode?: string | undefined;
}

// As deep as one error has been seen inside another's message.
const mostDepth = 4;

/**
 * The shapes: the workspace's `{error_code, message}`; Anthropic's `{type, error: {type, message}}`; OpenAI's
 * `{error: {message, type, code}}` and Google's `{error: {code, message, status}}`; and any of them as a text in another's
 * message.
 */
function unwrapped(value: unknown, depth: number): Read {
  if (typeof value === "string") {
    const inner = depth < mostDepth ? nested(value) : undefined;
    return inner === undefined ? { message: tidy(value) } : unwrapped(inner, depth + 1);
  }
  // Google's streams send a list with one error.
  if (Array.isArray(value)) return unwrapped(value[0] ?? "", depth + 1);
  if (!isObject(value)) return { message: "" };
  const { error, message, detail } = value;
  const inner = unwrapped(
    isObject(error) || Array.isArray(error) ? error : (message ?? error ?? detail ?? ""),
    depth + 1,
  );
  return {
    message: inner.message,
    type: inner.type ?? word(value["type"]) ?? word(value["status"]),
    errorCode: word(value["error_code"]) ?? inner.errorCode ?? word(value["code"]),
  };
}

/** JSON in a text: the whole of it, or from its first brace, as in `BAD_REQUEST: {"type":"error",...}`. */
function nested(text: string): unknown {
  const start = text.indexOf("{");
  if (start === -1 || start > 200) return undefined;
  const value = tryJson(text.slice(start, text.lastIndexOf("}") + 1));
  return isObject(value) && ["error", "message", "error_code"].some((name) => name in value) ? value : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value !== "error" && value.length < 100 ? value : undefined;
}

function titleOf(html: string): string {
  return tidy(/<title[^<>]*>([^<]*)<\/title>/i.exec(html)?.[1] ?? "");
}

/** For a terminal: no control characters, no credentials, not without end. */
function tidy(text: string): string {
  const plain = Bun.stripANSI(text.slice(0, 8_000)).replace(/[^\P{Cc}\n\t]/gu, "");
  return redact(plain).trim();
}
