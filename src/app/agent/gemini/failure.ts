// Why a turn of Gemini CLI failed, as an error that a person can act on.
import { redact } from "../../../platform/log.ts";
import type { Failure } from "../turn.ts";

const again = "Send the message again.";

/** Of the text that it gives: the model's own error is in it as JSON. */
export function geminiFailure(said: string): Failure {
  const inner = /\\?"message\\?"\s*:\s*\\?"((?:[^"\\]|\\[^"])*)\\?"/.exec(said)?.[1];
  const message = redact(inner ?? said.replace(/^\[|\]$/g, "")).slice(0, 1_000) || "Gemini CLI failed";
  if (/"code\\?"\s*:\s*40[13]\b|\b40[13]\b|UNAUTHENTICATED|PERMISSION_DENIED/.test(said)) {
    return { code: "token_rejected", message, hint: "Sign in again, or check the key in the settings." };
  }
  if (/\b404\b|NOT_FOUND/.test(said)) {
    return { code: "not_found", message, hint: "Choose another model for this conversation." };
  }
  if (/\b429\b|RESOURCE_EXHAUSTED|quota/i.test(said)) {
    return {
      code: "rate_limited",
      message,
      hint: "Wait a minute and send the message again, or choose another model.",
    };
  }
  return { code: "unavailable", message, hint: again };
}

/** When the program ended without saying how. */
export function geminiFailureOfEnd(exitCode: number, stderr: string): Failure {
  const lines = redact(stderr).trim().split("\n");
  const line = lines.findLast((one) => /error|unknown|cannot|failed/i.test(one))?.slice(0, 500) ?? "";
  if (/Unknown arguments?|Invalid values/i.test(stderr)) {
    const hint = "Update Gemini CLI: npm install -g @google/gemini-cli@latest";
    return { code: "unsupported", message: "Gemini CLI is too old for the app", hint };
  }
  if (/\b(?:401|403)\b|UNAUTHENTICATED/.test(line)) return geminiFailure(line);
  const why = line === "" ? "" : `: ${line}`;
  return {
    code: "unavailable",
    message: `Gemini CLI ended without an answer (exit code ${exitCode})${why}`,
    hint: again,
  };
}
