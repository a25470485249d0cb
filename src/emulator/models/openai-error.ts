// The error body of OpenAI's APIs, as the Responses and the chat dialect send it.
import type { ErrorText } from "./model-fault.ts";

export function openaiError({ status, type, message }: ErrorText): object {
  return { error: { message, type, param: null, code: status === 429 ? "rate_limit_exceeded" : null } };
}
