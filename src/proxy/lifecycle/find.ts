// The proxy of this user that runs now, proven before anything is sent to it.
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { isSameProcess } from "../../platform/process-start.ts";
import type { Secret } from "../../platform/secret.ts";
import { call, hasListener, prove, strangerMs } from "./client.ts";
import { readKey } from "./local-key.ts";
import { rememberedPort } from "./port.ts";
import { readRecord, toRecord, urlOf, type ProxyRecord } from "./record.ts";

export interface FoundProxy {
  readonly record: ProxyRecord;
  /** `http://127.0.0.1:49153` */
  readonly url: string;
  readonly key: Secret;
}

/**
 * The running proxy, or undefined. One whose record is gone or cannot be understood is found on its port. Starts and
 * changes nothing. Throws `io` where the files cannot be read, and an abort.
 */
export async function findProxy(deps: Deps, signal?: AbortSignal): Promise<FoundProxy | undefined> {
  const key = await readKey(deps);
  if (key === undefined) return undefined;
  const record = await readRecord(deps);
  if (record !== undefined) {
    const url = urlOf(record);
    const health = await prove(deps, { url, key }, { signal });
    if (health?.pid === record.pid && !health.retiring) return { record, url, key };
    // Another process of ours answers there: the record is just being replaced, or was lost.
    if (health !== undefined && !health.retiring) return describe(deps, { url, key, signal });
  }
  const port = await rememberedPort(deps);
  const tried = record === undefined ? undefined : urlOf(record);
  const urls = (["http", "https"] as const)
    .map((scheme) => urlOf({ scheme, hostname: "127.0.0.1", port }))
    .filter((url) => url !== tried);
  const answers = await Promise.all(urls.map((url) => prove(deps, { url, key }, { signal, limitMs: strangerMs })));
  const url = urls.find((_, index) => answers[index]?.retiring === false);
  return url === undefined ? undefined : describe(deps, { url, key, signal });
}

interface Asked {
  readonly url: string;
  readonly key: Secret;
  readonly signal: AbortSignal | undefined;
}

/** What a proven proxy says of itself. */
async function describe(deps: Deps, { url, key, signal }: Asked): Promise<FoundProxy | undefined> {
  const answer = await call(deps, { url, key }, { method: "GET", path: "/health", signal });
  const record = isObject(answer?.body) ? toRecord(answer.body["proxy"]) : undefined;
  return record === undefined ? undefined : { record, url: urlOf(record), key };
}

/** The process of the record where it lives and yet did not answer: it hangs, is stopped, or is just ending. */
export async function silentProxy(deps: Deps): Promise<ProxyRecord | undefined> {
  const record = await readRecord(deps);
  if (record === undefined || !(await isSameProcess(deps, record.pid, record.processStart))) return undefined;
  // Where the system does not say when a process began, its id may be another program's by now. One that hangs still has
  // its port.
  const isCertain = record.processStart !== undefined;
  return isCertain || (await hasListener(deps, urlOf(record))) ? record : undefined;
}
