// Why a run or a task is being stopped from outside, carried as the reason of its AbortSignal.
import type { RunState } from "./documents.ts";

export type StopKind = "cancelled" | "timedOut" | "clusterLost";

export class Stop extends Error {
  readonly kind: StopKind;

  constructor(kind: StopKind, message: string) {
    super(message);
    this.name = "AbortError";
    this.kind = kind;
  }
}

/** The state that a stopped task or run ends in; undefined when the signal was fired by the emulator's end. */
export function stoppedState(signal: AbortSignal): RunState | undefined {
  const reason: unknown = signal.reason;
  if (!(reason instanceof Stop)) return undefined;
  const { message } = reason;
  switch (reason.kind) {
    case "cancelled":
      return { lifeCycle: "TERMINATED", result: "CANCELED", message, code: "USER_CANCELED" };
    case "timedOut":
      return { lifeCycle: "TERMINATED", result: "TIMEDOUT", message, code: "CANCELED" };
    default:
      return { lifeCycle: "INTERNAL_ERROR", result: "FAILED", message, code: "CLUSTER_ERROR" };
  }
}

/** Waits until the signal fires, then throws its reason. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new DOMException("Aborted", "AbortError"));
    if (signal.aborted) return end();
    signal.addEventListener("abort", end, { once: true });
  });
}
