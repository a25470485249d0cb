// Diagnostics on stderr, and only when asked for. Secrets are replaced before a line leaves.

export type LogLevel = "quiet" | "normal" | "verbose";

export interface Logger {
  readonly level: LogLevel;
  /** Shown unless --quiet. */
  warn(message: string): void;
  /** Shown unless --quiet: a word about what happens. */
  info(message: string): void;
  /** Shown only with --verbose. */
  debug(message: string): void;
}

export const silentLogger: Logger = { level: "quiet", warn: ignore, info: ignore, debug: ignore };

export function createLogger(level: LogLevel, write: (line: string) => void): Logger {
  const line = (prefix: string, message: string): void => write(`${prefix}${redact(message)}\n`);
  return {
    level,
    warn: level === "quiet" ? ignore : (message) => line("warning: ", message),
    info: level === "quiet" ? ignore : (message) => line("", message),
    debug: level === "verbose" ? (message) => line("debug: ", message) : ignore,
  };
}

// Bearer and Basic headers, Databricks personal tokens, JWTs, and `key=value` pairs with a telling key
// (azure-client-secret is none: it names a way of signing in, and what follows are words).
const secretShapes: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+(?!(?:authentication|authorization|credentials)\b)[A-Za-z0-9._~+/=-]{8,}/gi, "$1 ***"],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi, "$1***@"],
  [/\b(dapi|dkea|dose|dbapi)[A-Za-z0-9-]{16,}/g, "***"],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, "***"],
  [
    /\b(access_token|refresh_token|(?:azure_)?client_secret|(?<!azure-)client-secret|id_token|password|token|api[_-]key|code_verifier|subject_token|client_assertion)(["']?\s*[=:]\s*["']?)[^\s"'&,;]{6,}/gi,
    "$1$2***",
  ],
  // An authorization code of OAuth; a bare `"code": "..."` is the name of an error.
  [/((?:^|[?&\s])code=)[^\s"'&,;]{6,}/gi, "$1***"],
];

/** The text with everything that looks like a credential replaced by `***`. */
export function redact(text: string): string {
  let clean = text;
  for (const [shape, replacement] of secretShapes) clean = clean.replace(shape, replacement);
  return clean;
}

/**
 * Text of a server or another program as one line that a terminal may be given: control characters (an escape sequence
 * can move the cursor, rename the window, write the clipboard) and marks that turn the direction become spaces.
 */
export function printable(text: string): string {
  return text.replace(/[\s\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, " ");
}

function ignore(): void {
  // A level that is off.
}
