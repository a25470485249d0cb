// Every failure that a person, a script or an agent can meet: one class, one table of codes.

/** What a code means for the process (exit code) and for an HTTP answer (status). */
interface ErrorKind {
  readonly exit: number;
  readonly status: number;
}

/** Stable codes. Scripts match on them: a code may be added, never renamed. */
export const errorKinds = {
  usage: { exit: 2, status: 400 },
  invalid_input: { exit: 2, status: 400 },
  unknown_tool: { exit: 2, status: 404 },
  config_invalid: { exit: 2, status: 400 },
  config_missing: { exit: 3, status: 401 },
  not_signed_in: { exit: 3, status: 401 },
  token_rejected: { exit: 3, status: 401 },
  auth_failed: { exit: 3, status: 401 },
  permission_denied: { exit: 4, status: 403 },
  read_only: { exit: 4, status: 403 },
  protected: { exit: 4, status: 403 },
  not_confirmed: { exit: 1, status: 403 },
  not_found: { exit: 5, status: 404 },
  already_exists: { exit: 1, status: 409 },
  conflict: { exit: 1, status: 409 },
  invalid_state: { exit: 1, status: 409 },
  too_large: { exit: 1, status: 413 },
  rate_limited: { exit: 6, status: 429 },
  unreachable: { exit: 6, status: 502 },
  bad_response: { exit: 6, status: 502 },
  unavailable: { exit: 6, status: 503 },
  timeout: { exit: 6, status: 504 },
  workspace_error: { exit: 1, status: 502 },
  feature_disabled: { exit: 1, status: 400 },
  unsupported: { exit: 1, status: 501 },
  check_failed: { exit: 7, status: 500 },
  io: { exit: 1, status: 500 },
  interrupted: { exit: 130, status: 499 },
  internal: { exit: 1, status: 500 },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

export interface ErrorDetails {
  /** What to do about it, as a sentence or a command. */
  readonly hint?: string | undefined;
  /** The workspace's own `error_code`, where it sent one. */
  readonly workspaceCode?: string | undefined;
  /** The workspace's request id, for support. */
  readonly requestId?: string | undefined;
  /** HTTP status of the workspace's answer. */
  readonly httpStatus?: number | undefined;
  readonly cause?: unknown;
  /** Overrides the exit code of the table (a wrapped program's own code). */
  readonly exit?: number | undefined;
}

// A bundle apart (see server-room.ts of the emulator) has a class of its own: its errors are known by this mark.
const mark = Symbol.for("mortar.error");

/** A failure that is expected and explained. Everything else that is thrown is a bug and becomes `internal`. */
export class MortarError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== MortarError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && mark in value;
  }

  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly workspaceCode: string | undefined;
  readonly requestId: string | undefined;
  readonly httpStatus: number | undefined;
  readonly exit: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.workspaceCode = details.workspaceCode;
    this.requestId = details.requestId;
    this.httpStatus = details.httpStatus;
    this.exit = details.exit ?? errorKinds[code].exit;
  }

  get [mark](): true {
    return true;
  }
}

/** The shape of an error in `--json`, in MCP results and in HTTP answers. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly workspace_code?: string;
  readonly request_id?: string;
  readonly exit_code: number;
}

/** Turns anything thrown into a MortarError. An abort becomes `interrupted`; what is unknown becomes `internal`. */
export function toMortarError(thrown: unknown): MortarError {
  if (thrown instanceof MortarError) return thrown;
  if (isAbort(thrown)) return new MortarError("interrupted", "The operation was cancelled", { cause: thrown });
  if (thrown instanceof Error && thrown.name === "TimeoutError") {
    return new MortarError("timeout", "The operation took too long", { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MortarError("internal", `Unexpected failure: ${message}`, {
    cause: thrown,
    hint: "This is a defect in mortar. Please report it with the command that you ran.",
  });
}

/** True for what an aborted fetch, timer or child process throws. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}

export function errorBody(error: MortarError): ErrorBody {
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.workspaceCode === undefined ? {} : { workspace_code: error.workspaceCode }),
    ...(error.requestId === undefined ? {} : { request_id: error.requestId }),
    exit_code: error.exit,
  };
}
