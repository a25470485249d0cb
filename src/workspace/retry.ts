// When a failed request is sent again, and after how long.
import { MortarError } from "../platform/errors.ts";

/** Why an attempt failed, as far as trying again is concerned. */
export type FailureKind =
  /** 429 or 503: turned away before anything happened. */
  | "turned-away"
  /** 500, 502 or 504 of a passing sort: it may have happened. */
  | "server"
  /** The connection was never made: nothing was sent. */
  | "not-sent"
  /** The connection broke: it may have happened. */
  | "network"
  /** No answer in time: it may have happened. */
  | "timeout"
  /** Trying again would give the same. */
  | "final";

export interface Failure {
  readonly error: MortarError;
  readonly kind: FailureKind;
  /** What the workspace asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The workspace did not take the token: a new one may help. */
  readonly tokenRefused: boolean;
}

/** All waiting for one call, in milliseconds. */
export const totalBudgetMs = 300_000;

// A broken network or a hanging server is told soon; being turned away is waited out for the whole budget.
const retriesByKind: Readonly<Record<FailureKind, number>> = {
  "turned-away": Number.POSITIVE_INFINITY,
  server: 3,
  "not-sent": 3,
  network: 3,
  timeout: 1,
  final: 0,
};

interface RetryState {
  /** How often this kind of failure was met in this call, this one included. */
  readonly count: number;
  readonly elapsedMs: number;
  readonly idempotent: boolean;
  /** A number in [0, 1). */
  readonly random: number;
  /** How long all may take, in milliseconds; five minutes unless given. */
  readonly budgetMs?: number | undefined;
}

/** How long to wait before trying again in milliseconds, or undefined to give up. */
export function retryDelay(failure: Failure, state: RetryState): number | undefined {
  if (state.count > retriesByKind[failure.kind]) return undefined;
  const safe = state.idempotent || failure.kind === "turned-away" || failure.kind === "not-sent";
  if (!safe) return undefined;
  const delayMs = waitBefore(failure.retryAfterMs, state);
  return state.elapsedMs + delayMs > (state.budgetMs ?? totalBudgetMs) ? undefined : delayMs;
}

/** What a call that waited in vain ends with: the same error, and how long was waited or asked for. */
export function exhausted(failure: Failure, elapsedMs: number): MortarError {
  const { error, retryAfterMs } = failure;
  if (failure.kind !== "turned-away") return error;
  const asked =
    retryAfterMs === undefined ? "" : ` The workspace asks to wait ${Math.ceil(retryAfterMs / 1000)} seconds.`;
  const waited = elapsedMs < 1000 ? "" : ` Waited ${Math.round(elapsedMs / 1000)} seconds already.`;
  return new MortarError(error.code, error.message, {
    hint: `${error.hint ?? "Try again later."}${asked}${waited}`,
    workspaceCode: error.workspaceCode,
    requestId: error.requestId,
    httpStatus: error.httpStatus,
  });
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

// A workspace that says "at once" and turns away again would be asked without pause for five minutes.
function waitBefore(askedMs: number | undefined, { count, random }: RetryState): number {
  if (askedMs === undefined) return backoff(count, random);
  return count === 1 ? askedMs : Math.max(askedMs, backoff(1, random));
}

// One second more at each turn up to ten, and a little chance, so that many clients do not come back together.
function backoff(count: number, random: number): number {
  return Math.min(count, 10) * 1000 + 50 + Math.floor(random * 700);
}
