// The time, for what is shown with its age: one timer for the page, only while somebody looks.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = Date.now();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** Now, in milliseconds since the epoch, each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => nowMs);

const minuteMs = 60_000;

/** The minute that it is, as the milliseconds since the epoch at which it began. */
export const useMinute = (): number => useSyncExternalStore(subscribe, () => Math.floor(nowMs / minuteMs) * minuteMs);
