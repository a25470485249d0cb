// One line as a JSON-RPC message (JSON-RPC 2.0, MCP stdio transport), or the error that answers it.
import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type RequestId,
} from "@modelcontextprotocol/server";
import { isObject, parseJson } from "../platform/json.ts";
import type { Line } from "./lines.ts";

export type Received =
  | {
      readonly kind: "message";
      readonly message: JSONRPCMessage;
      /** The id was a number beyond 2^53: here it is its digits, and the answer must carry the number. */
      readonly longId?: string;
    }
  | { readonly kind: "error"; readonly id: RequestId | undefined; readonly code: number; readonly text: string }
  | { readonly kind: "nothing" };

const parseError = -32_700;
const invalidRequest = -32_600;

export function readMessage(line: Line, limitBytes: number): Received {
  if (line.kind === "too-long") {
    const limit = Math.round(limitBytes / 1_048_576);
    const text = `The message is ${Math.round(line.sizeBytes / 1_048_576)} MB; at most ${limit} MB are taken`;
    return { kind: "error", id: idOfEnds(line.head, line.tail), code: invalidRequest, text };
  }
  if (line.text.trim() === "") return { kind: "nothing" };
  const value = parse(line.text);
  if (value === undefined) return { kind: "error", id: undefined, code: parseError, text: "The line is not JSON" };
  if (isMessage(value)) return { kind: "message", message: value, ...longIdOf(value, line.text) };
  const text = Array.isArray(value) ? "Batches are not taken: one message a line" : "This is no JSON-RPC 2.0 message";
  return { kind: "error", id: isObject(value) ? idOf(value["id"]) : undefined, code: invalidRequest, text };
}

/** Integers beyond 2^53 keep their digits; the slower reading is used only where a number may be that long. */
function parse(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? parseJson(text) : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** By the SDK's own rules: what it does not know as a message it drops, and whoever asked would wait for ever. */
function isMessage(value: unknown): value is JSONRPCMessage {
  return (
    isJSONRPCRequest(value) ||
    isJSONRPCNotification(value) ||
    isJSONRPCResultResponse(value) ||
    isJSONRPCErrorResponse(value)
  );
}

function longIdOf(message: JSONRPCMessage, text: string): { longId?: string } {
  const id = isJSONRPCRequest(message) ? message.id : undefined;
  if (typeof id !== "string" || !/^-?[1-9]\d{15,19}$/.test(id)) return {};
  return new RegExp(String.raw`"id"\s*:\s*${id}\s*[,}]`).test(text) ? { longId: id } : {};
}

function idOf(value: unknown): RequestId | undefined {
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value)) ? value : undefined;
}

const idPattern = String.raw`"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)`;
const headPattern = new RegExp(String.raw`^\s*\{\s*(?:"(?:jsonrpc|method)"\s*:\s*"[^"]*"\s*,\s*)*${idPattern}`);
const tailPattern = new RegExp(String.raw`${idPattern}\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$`);

/** The id at the front or at the end of a message whose middle was dropped. */
function idOfEnds(head: string, tail: string): RequestId | undefined {
  const text = headPattern.exec(head)?.[1] ?? tailPattern.exec(tail)?.[1];
  return text === undefined ? undefined : idOf(parse(text));
}
