// The process that started this one: a server for it must not outlive it, also where no end of input says so.
import { isAlive } from "./process.ts";

/**
 * Calls `gone` once when the parent has died, unless `signal` fires first. Elsewhere than on Windows an orphan gets
 * another parent; there the parent's id is asked for.
 */
export function watchParent(signal: AbortSignal, gone: () => void, everyMs = 250): void {
  const parent = process.ppid;
  // The parent is the machine's first process: in a container that is as it should be.
  if (parent <= 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent && (process.platform !== "win32" || isAlive(parent))) return;
    clearInterval(timer);
    gone();
  }, everyMs);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
