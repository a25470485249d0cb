// What a server behind the bridge failed of, in our words: whose it is, what it is, what to do.
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { isAbort, MortarError, type ErrorCode } from "../../platform/errors.ts";
import { redact } from "../../platform/log.ts";
import { networkFault } from "../../workspace/network-error.ts";

interface Answered {
  readonly code: ErrorCode;
  readonly says: string;
  readonly hint?: string;
}

const answered: Readonly<Record<number, Answered>> = {
  401: {
    code: "token_rejected",
    says: "refuses the sign-in",
    hint: "Sign in with `mortar auth login`; an app takes OAuth alone, no personal access token.",
  },
  403: { code: "permission_denied", says: "does not permit it", hint: "Ask its owner for the permission to use it." },
  404: {
    code: "not_found",
    says: "is not there",
    hint: "There is no MCP server at that path: look for a typing mistake. `mortar mcp bridge --list` shows those that are there.",
  },
  429: { code: "rate_limited", says: "turns requests away", hint: "Try again in a while." },
};

/** The failure of `server` as one of ours; what the server itself said in the protocol stays as it is. */
export function bridgeError(server: string, thrown: unknown): Error {
  if (thrown instanceof MortarError) return thrown;
  if (thrown instanceof ProtocolError) return thrown;
  if (thrown instanceof SdkHttpError) return httpError(server, thrown);
  if (thrown instanceof SdkError && thrown.code === SdkErrorCode.RequestTimeout) return tooSlow(server);
  if (thrown instanceof Error && thrown.name === "TimeoutError") return tooSlow(server);
  if (isAbort(thrown)) return thrown as Error;
  // The SDK wraps what its fetch threw.
  const cause = causeOf(thrown);
  if (cause instanceof MortarError) return cause;
  if (thrown instanceof SdkError) return new MortarError("bad_response", `${server}: ${short(thrown.message)}`);
  const { says, hint } = networkFault(cause);
  return new MortarError("unreachable", `Cannot reach ${server}: ${says}`, { hint });
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
}

export function tooSlow(server: string): MortarError {
  return new MortarError("timeout", `${server} does not answer in time`, {
    hint: "It comes as soon as it answers; --connect-timeout waits longer for it.",
  });
}

function httpError(server: string, { status, message }: SdkHttpError): MortarError {
  const known = answered[status];
  const isDown = status >= 500;
  const { code, says, hint } = known ?? {
    code: isDown ? ("unavailable" as const) : ("bad_response" as const),
    says: isDown ? "is out of order" : "does not answer as an MCP server",
    hint: undefined,
  };
  const detail = known === undefined ? `: ${short(message)}` : "";
  return new MortarError(code, `${server} ${says} (HTTP ${status})${detail}`, { httpStatus: status, hint });
}

function short(message: string): string {
  return redact(message).replace(/\s+/g, " ").trim().slice(0, 300);
}
