// What of a run may stand in a trace: bounded in size, and without what looks like a credential.
import { isObject } from "../../platform/json.ts";
import { redact } from "../../platform/log.ts";

const hidden = "***";
const mostDepth = 8;
const mostItems = 200;
const mostTextChars = 8_000;
/** Names of fields whose text is a secret, whatever it looks like. Numbers stay: `max_tokens` is none. */
const telling =
  /(?:secret|password|passwd|passphrase|credential|private_?key|api_?key|access_?key|authorization|cookie|(?:^|_)token$|(?:access|refresh|id|bearer|personal|session)_?token)/i;
/** Tools whose plain `value` is a secret. */
const secretTool = /secret/i;
const secretValue = /^(?:value|string_value|bytes_value)$/i;

/** A copy that may leave: what the caller gave stays as it is. Never throws, whatever the value is. */
export function safeValue(value: unknown, toolName = ""): unknown {
  return copied(value, { depth: 0, isSecretTool: secretTool.test(toolName) });
}

interface Around {
  readonly depth: number;
  readonly isSecretTool: boolean;
}

function copied(value: unknown, around: Around): unknown {
  if (typeof value === "string") return safeText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (around.depth >= mostDepth) return "…";
  const deeper = { ...around, depth: around.depth + 1 };
  if (Array.isArray(value)) {
    const kept = value.slice(0, mostItems).map((item: unknown) => copied(item, deeper));
    return value.length > mostItems ? [...kept, `… ${value.length - mostItems} more`] : kept;
  }
  return isObject(value) ? copiedFields(value, deeper) : String(value);
}

function copiedFields(value: Readonly<Record<string, unknown>>, around: Around): Record<string, unknown> {
  const entries = Object.entries(value);
  const kept = entries.slice(0, mostItems).map(([name, item]): [string, unknown] => {
    const isHidden = telling.test(snake(name)) || (around.isSecretTool && secretValue.test(name));
    return [name, isHidden && holdsText(item) ? hidden : copied(item, around)];
  });
  return Object.fromEntries(kept);
}

/** `accessToken` and `access-token` read as `access_token`. */
const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[-. ]/g, "_");

const holdsText = (item: unknown): boolean => typeof item === "string" || (typeof item === "object" && item !== null);

/** Text with credentials hidden, at most 8,000 characters of it. */
export function safeText(text: string, mostChars = mostTextChars): string {
  // Cut with room to spare before the search, which a text of megabytes would hold up.
  const clean = redact(text.slice(0, mostChars * 2));
  const rest = text.length - mostChars;
  return rest > 0 ? `${clean.slice(0, mostChars).toWellFormed()}… (${text.length} characters)` : clean.toWellFormed();
}
