// Why a turn of Claude Code failed, as an error that a person can act on.
import { redact } from "../../../platform/log.ts";
import { isObject } from "../../../platform/json.ts";
import type { ErrorCode } from "../../../platform/errors.ts";
import type { Failure } from "../turn.ts";

interface Kind {
  readonly code: ErrorCode;
  readonly hint?: string;
}

const again = "Send the message again.";
const later = "Wait a minute and send the message again, or choose another model.";
const noModel: Kind = { code: "not_found", hint: "Choose another model for this conversation." };
const refused: Kind = { code: "token_rejected", hint: "Sign in again, or check the key in the settings." };
const tooMany: Kind = { code: "rate_limited", hint: later };

/** By the word that it gives with a message of an API error. */
const kinds: ReadonlyMap<unknown, Kind> = new Map<string, Kind>([
  ["model_not_found", noModel],
  ["authentication_failed", refused],
  ["oauth_org_not_allowed", { code: "permission_denied" }],
  ["billing_error", { code: "permission_denied", hint: "See to the account of the key in the settings." }],
  ["rate_limit", tooMany],
  ["overloaded", { code: "unavailable", hint: later }],
  ["invalid_request", { code: "workspace_error" }],
  ["max_output_tokens", { code: "too_large", hint: "Ask for less at once." }],
  ["server_error", { code: "unavailable", hint: again }],
]);

/** Of an `assistant` line that is an API error, or of a `result` line. */
export function failureOf(line: Readonly<Record<string, unknown>>): Failure {
  const said = redact(wordsOf(line)).trim();
  const message = said.replace(/^API Error: /, "").replaceAll("Please run /login", "Sign in") || "Claude Code failed";
  if (line["api_error"] === "connection_failed") return { code: "unreachable", message, hint: again };
  if (message.startsWith("Sandbox required")) {
    const [what = message] = message.split(" · ");
    return { code: "unsupported", message: what, hint: "Install what is missing, or turn the agent's shell off." };
  }
  if (/prompt is too long/i.test(message)) {
    return { code: "too_large", message, hint: "Begin a new conversation, or send a shorter message." };
  }
  const kind = kinds.get(line["error"]) ?? ofStatus(Number(line["api_error_status"] ?? 0));
  return { ...kind, message };
}

/** When the program ended without saying how: by what it left on standard error. */
export function failureOfEnd(exitCode: number, stderr: string): Failure {
  const line = redact(stderr).trim().split("\n").at(-1)?.slice(0, 500) ?? "";
  if (/unknown option|unknown argument|Invalid value for option/i.test(stderr)) {
    const hint = "Update Claude Code: npm install -g @anthropic-ai/claude-code@latest";
    return { code: "unsupported", message: `Claude Code is too old for the app: ${line}`, hint };
  }
  const why = line === "" ? "" : `: ${line}`;
  return {
    code: "unavailable",
    message: `Claude Code ended without an answer (exit code ${exitCode})${why}`,
    hint: "Send the message again. If it stays so, run `claude -p hello` on the machine of the server.",
  };
}

function ofStatus(status: number): Kind {
  if (status === 401 || status === 403) return refused;
  if (status === 404) return noModel;
  return status === 429 ? tooMany : { code: "unavailable", hint: again };
}

function wordsOf(line: Readonly<Record<string, unknown>>): string {
  if (typeof line["result"] === "string" && line["result"] !== "") return line["result"];
  if (Array.isArray(line["errors"])) return line["errors"].map(String).join("; ");
  const content = isObject(line["message"]) ? line["message"]["content"] : undefined;
  if (!Array.isArray(content)) return "";
  return content.map((block) => (isObject(block) && typeof block["text"] === "string" ? block["text"] : "")).join(" ");
}
