// An error as the agent's own dialect writes it, so that the agent shows its message instead of "unexpected answer".
import { errorKinds, type MortarError } from "../../platform/errors.ts";
import { redact } from "../../platform/log.ts";
import type { DialectName } from "../dialects.ts";

export interface DialectFault {
  readonly status: number;
  /** For the person: what happened, and what to do about it. */
  readonly message: string;
  /** The dialect's own word for the kind of error; derived from the status unless given. */
  readonly type?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Names what an error came from, as far as this proxy knows it: for people, and so that nobody explains it again. */
export const causeHeader = "x-mortar-cause";

/** SDKs of Anthropic and OpenAI ask no more then; by themselves they ask for minutes, before anybody reads why. */
export const noRetry: Readonly<Record<string, string>> = { "x-should-retry": "false" };

/** The answer that tells an error; undefined for a path that means no dialect, which gets the most common shape. */
export function dialectError(dialect: DialectName | undefined, fault: DialectFault): Response {
  const headers = { [causeHeader]: "proxy", ...(fault.status === 401 ? noRetry : {}), ...fault.headers };
  return Response.json(errorShape(dialect, fault), { status: fault.status, headers });
}

/** The same for a MortarError: its message and hint as one text, its status from the table of codes. */
export function dialectErrorOf(dialect: DialectName | undefined, error: MortarError): Response {
  const { hint } = error;
  const message = redact(
    hint === undefined ? error.message : `${error.message}. ${hint}`.replace(/([.?!])\.\s/, "$1 "),
  );
  const headers = isRedirect(error) ? noRetry : {};
  return dialectError(dialect, { status: errorKinds[error.code].status, message, headers });
}

/** The next request would be sent to the same page. */
function isRedirect({ httpStatus = 0 }: MortarError): boolean {
  return httpStatus >= 300 && httpStatus < 400;
}

/** The body alone, for where it travels inside something else (an event of a stream, a WebSocket message). */
export function errorShape(dialect: DialectName | undefined, { status, message, type }: DialectFault): object {
  switch (dialect) {
    case "anthropic":
      return { type: "error", error: { type: type ?? anthropicType(status), message } };
    case "gemini":
      return { error: { code: status, message, status: type ?? googleStatus(status) } };
    case "otel":
      return { code: googleCode(status), message };
    default:
      return { error: { message, type: type ?? openaiType(status), param: null, code: null } };
  }
}

// platform.claude.com, "Errors".
const anthropicTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

function anthropicType(status: number): string {
  return anthropicTypes[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
}

// platform.openai.com, "Error codes".
const openaiTypes: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  429: "rate_limit_error",
};

function openaiType(status: number): string {
  return openaiTypes[status] ?? (status < 500 ? "invalid_request_error" : "server_error");
}

// google/rpc/code.proto: name and number by HTTP status.
const googleNames: Readonly<Record<number, readonly [string, number]>> = {
  400: ["INVALID_ARGUMENT", 3],
  401: ["UNAUTHENTICATED", 16],
  403: ["PERMISSION_DENIED", 7],
  404: ["NOT_FOUND", 5],
  409: ["ABORTED", 10],
  413: ["INVALID_ARGUMENT", 3],
  429: ["RESOURCE_EXHAUSTED", 8],
  499: ["CANCELLED", 1],
  501: ["UNIMPLEMENTED", 12],
  502: ["UNAVAILABLE", 14],
  503: ["UNAVAILABLE", 14],
  504: ["DEADLINE_EXCEEDED", 4],
};

function googleStatus(status: number): string {
  return googleNames[status]?.[0] ?? (status < 500 ? "FAILED_PRECONDITION" : "INTERNAL");
}

function googleCode(status: number): number {
  return googleNames[status]?.[1] ?? (status < 500 ? 9 : 13);
}
