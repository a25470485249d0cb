// The commands' side of the control routes.
import { randomBytes } from "node:crypto";
import type { Fetch } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { proofOf } from "./proof.ts";
import type { RunRecord } from "./run-file.ts";

const answerMs = 5_000;

/**
 * Whether the emulator of the record answers at its address, proven by a challenge: the port may belong to another
 * program by now, and no secret is sent to that.
 */
export async function proveRunning(fetch: Fetch, record: RunRecord, signal: AbortSignal): Promise<boolean> {
  const challenge = randomBytes(16).toString("hex");
  const body = await request(fetch, `${record.host}/__emulator/proof?challenge=${challenge}`, { signal });
  return (
    isObject(body) && body["pid"] === record.pid && body["proof"] === proofOf(record.adminToken.reveal(), challenge)
  );
}

/** Asks a proven emulator to stop. An answer that is cut off means that it does. */
export async function requestStop(fetch: Fetch, record: RunRecord, signal: AbortSignal): Promise<void> {
  const headers = { authorization: `Bearer ${record.adminToken.reveal()}` };
  await request(fetch, `${record.host}/__emulator/stop`, { method: "POST", headers, signal });
}

async function request(
  fetch: Fetch,
  url: string,
  init: BunFetchRequestInit & { signal: AbortSignal },
): Promise<unknown> {
  init.signal.throwIfAborted();
  try {
    const signal = AbortSignal.any([init.signal, AbortSignal.timeout(answerMs)]);
    // A company's proxy knows nothing of this machine's loopback address.
    const response = await fetch(url, { ...init, signal, redirect: "error", proxy: false });
    return response.ok ? await response.json() : undefined;
  } catch {
    init.signal.throwIfAborted();
    return undefined;
  }
}
