// What stands in a WebSocket's messages, as far as the proxy has to know it: requests, events, errors.
import { isObject, tryJson } from "../platform/json.ts";

export type Frame = string | Uint8Array<ArrayBuffer>;

export function textOf(frame: Frame): string {
  return typeof frame === "string" ? frame : new TextDecoder().decode(frame);
}

/** Whether a client's message asks for a response. One that is not plainly so is read, however its members are written. */
export function isRequest(frame: Frame): boolean {
  const text = textOf(frame);
  return leadingType(text) === "response.create" || parsedType(text) === "response.create";
}

/** The type of an event; undefined for what is none. */
export function eventType(frame: Frame): string | undefined {
  if (typeof frame !== "string") return undefined;
  return leadingType(frame) ?? parsedType(frame);
}

/** Nearly all write the type first. Without an escape, so that it is read as it stands. */
const leading = /^\s*\{\s*"type"\s*:\s*"([\w.]{1,100})"/;

function leadingType(text: string): string | undefined {
  return leading.exec(text)?.[1];
}

function parsedType(text: string): string | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const value = tryJson(text);
  const type = isObject(value) ? value["type"] : undefined;
  return typeof type === "string" ? type : undefined;
}

// The events that end a response (platform.openai.com, "Responses: streaming events"), and the socket's own error.
const lastTypes = new Set([
  "response.completed",
  "response.failed",
  "response.incomplete",
  "response.cancelled",
  "error",
]);

export function isLastOfAnswer(type: string | undefined): boolean {
  return type !== undefined && lastTypes.has(type);
}

/**
 * An error event as the answer that it would have been over HTTP. Its form is `{type: "error", status, error: {message,
 * type, code}}`; the streams' own has no status, and message and code at the root.
 */
export function refusalOf(frame: Frame): Response {
  const event = objectOf(frame);
  const { message, code, param } = event;
  const error = isObject(event["error"]) ? event["error"] : { message, code, param };
  const status = statusOf(event["status"] ?? event["status_code"], error["type"]);
  const headers = new Headers({ "content-type": "application/json" });
  const told = isObject(event["headers"]) ? event["headers"] : {};
  for (const name of ["x-request-id", "retry-after"]) {
    const value = told[name];
    if (typeof value === "string" && /^[\x20-\x7e]{1,200}$/.test(value)) headers.set(name, value);
  }
  return new Response(JSON.stringify({ error }), { status, headers });
}

function statusOf(given: unknown, type: unknown): number {
  if (typeof given === "number" && Number.isInteger(given) && given >= 400 && given <= 599) return given;
  return type === "invalid_request_error" ? 400 : 500;
}

/** An answer that refuses, as the event of it. `original` is the workspace's, whose other members stay. */
export async function errorFrame(response: Response, original: Frame | undefined): Promise<Frame> {
  const text = await response.text();
  if (original !== undefined && text === (await refusalOf(original).text())) return original;
  const body = tryJson(text);
  const error = isObject(body) && isObject(body["error"]) ? body["error"] : { message: text };
  const kept = original === undefined ? {} : objectOf(original);
  return JSON.stringify({ ...kept, type: "error", status: response.status, error });
}

function objectOf(frame: Frame): Record<string, unknown> {
  const value = tryJson(textOf(frame));
  return isObject(value) ? value : {};
}
