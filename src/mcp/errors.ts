// Failures of resources, prompts and completions as the protocol carries them: these have no result that could say it.
import { ProtocolError, ResourceNotFoundError } from "@modelcontextprotocol/server";
import type { MortarError } from "../platform/errors.ts";
import { redact } from "../platform/log.ts";

const invalidParams = -32_602;
const internalError = -32_603;

/** What was asked for does not exist, or cannot be asked for in this way. */
export function wrongRequest(message: string): ProtocolError {
  return new ProtocolError(invalidParams, message);
}

/** The failure of reading `uri`, with what to do about it: what is missing by the code for that, all else as it is. */
export function readError(uri: string, error: MortarError): ProtocolError {
  const message = redact(error.hint === undefined ? error.message : `${error.message}. ${error.hint}`);
  if (error.code === "not_found" || error.code === "invalid_input") return new ResourceNotFoundError(uri, message);
  return new ProtocolError(internalError, message, { error_code: error.code, uri });
}
