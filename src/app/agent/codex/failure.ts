// Why a turn of Codex failed, as an error that a person can act on.
import { redact } from "../../../platform/log.ts";
import type { Failure } from "../turn.ts";

const again = "Send the message again.";

/** Of the text that it gives; it has no codes. */
export function codexFailure(said: string): Failure {
  const message = redact(plain(said)).slice(0, 1_000);
  if (/\b(?:401|403)\b|unauthorized|not logged in/i.test(message)) {
    return { code: "token_rejected", message, hint: "Sign in again, or check the key in the settings." };
  }
  if (/\b404\b|model.{0,80}(?:not found|does not exist)/i.test(message)) {
    return { code: "not_found", message, hint: "Choose another model for this conversation." };
  }
  if (/\b429\b|rate limit|usage limit/i.test(message)) {
    return {
      code: "rate_limited",
      message,
      hint: "Wait a minute and send the message again, or choose another model.",
    };
  }
  if (/context window|too long/i.test(message)) {
    return { code: "too_large", message, hint: "Begin a new conversation, or send a shorter message." };
  }
  return { code: "unavailable", message, hint: again };
}

/** When the program ended without saying how. */
export function codexFailureOfEnd(exitCode: number, stderr: string): Failure {
  const line = redact(stderr).trim().split("\n").at(-1)?.slice(0, 500) ?? "";
  if (/unexpected argument|unknown variant|unknown field|unrecognized/i.test(line)) {
    const hint = "Update Codex: npm install -g @openai/codex@latest";
    return { code: "unsupported", message: `Codex is too old for the app: ${line}`, hint };
  }
  const why = line === "" ? "" : `: ${line}`;
  return { code: "unavailable", message: `Codex ended without an answer (exit code ${exitCode})${why}`, hint: again };
}

/** Errors of models come as JSON within the text. */
function plain(text: string): string {
  const inner = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]?.replaceAll('\\"', '"');
  return inner ?? text.replace(/,? url: \S+/g, "").replace(/^unexpected status /, "The model answered with ");
}
