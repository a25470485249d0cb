// Ending the proxy on purpose.
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { isSameProcess } from "../../platform/process-start.ts";
import { isObject } from "../../platform/json.ts";
import { call } from "./client.ts";
import { findProxy, silentProxy } from "./find.ts";
import { readRecord, removeRecord, type ProxyRecord } from "./record.ts";
import { proxyLock, untilStarted } from "./start-lock.ts";

export interface Stopped {
  /** The process that was ended; undefined where none ran. */
  readonly pid: number | undefined;
  /** Sessions that lost their proxy. */
  readonly sessions: number;
}

// Requests that run may finish for 30 s.
const stopMs = 40_000;
const silentMs = 3_000;
const pollMs = 25;

/**
 * Ends the running proxy and waits until it has gone; with `now` it does not wait for its requests. One that does not
 * answer is ended by its process id, if that is still its. Throws `timeout`, and as `findProxy` does.
 */
export async function stopProxy(
  deps: Deps,
  { now, signal }: { readonly now: boolean; readonly signal: AbortSignal },
): Promise<Stopped> {
  return proxyLock(deps, signal, async () => {
    // One whose starter was killed comes up all the same.
    await untilStarted(deps, signal);
    const found = await findProxy(deps, signal);
    if (found === undefined) return stopSilent(deps, now, signal);
    const path = now ? "/shutdown?stop=now" : "/shutdown?stop";
    const answer = await call(deps, found, { method: "POST", path, signal });
    const body = answer?.body;
    const remaining = isObject(body) ? body["remaining"] : 0;
    await untilGone(deps, found.record, { limitMs: stopMs, signal });
    return { pid: found.record.pid, sessions: typeof remaining === "number" ? remaining : 0 };
  });
}

async function stopSilent(deps: Deps, now: boolean, signal: AbortSignal): Promise<Stopped> {
  const silent = await silentProxy(deps);
  if (silent === undefined) {
    const left = await readRecord(deps);
    if (left !== undefined) await removeRecord(deps, left.pid);
    return { pid: undefined, sessions: 0 };
  }
  const { pid } = silent;
  end(pid, now ? "SIGKILL" : "SIGTERM");
  const ended = await untilGone(deps, silent, { limitMs: silentMs, signal }).catch(() => false);
  if (ended === false) {
    signal.throwIfAborted();
    end(pid, "SIGKILL");
    await untilGone(deps, silent, { limitMs: silentMs, signal });
  }
  await removeRecord(deps, pid);
  return { pid, sessions: 0 };
}

interface Waiting {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

async function untilGone(deps: Deps, { pid, processStart }: ProxyRecord, { limitMs, signal }: Waiting): Promise<void> {
  for (let waitedMs = 0; await isSameProcess(deps, pid, processStart); waitedMs += pollMs) {
    if (waitedMs >= limitMs) {
      throw new MortarError("timeout", `The proxy (process ${pid}) has not ended within ${limitMs / 1_000} s`, {
        hint: "Its requests still run. End them too with: mortar proxy stop --now",
      });
    }
    await deps.clock.sleep(pollMs, signal);
  }
}

function end(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
