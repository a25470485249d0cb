// A session's side of the proxy: it starts or joins it, holds a lease, and sees to it that the proxy stays.
import type { Deps } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import { isSameProcess, processStart } from "../../platform/process-start.ts";
import type { Secret } from "../../platform/secret.ts";
import { readUpstreamAddress } from "../upstream-address.ts";
import { call, portOf } from "./client.ts";
import type { FoundProxy } from "./find.ts";
import { newLeaseId, readLease, removeLease, writeLease, type Lease } from "./lease.ts";
import { checkKeyText } from "./local-key.ts";
import { checkLogFile } from "./log-file.ts";
import { readRecord, type TlsFiles } from "./record.ts";
import { ensureProxy } from "./start.ts";
import { readTls } from "./tls.ts";

export interface JoinRequest {
  /** The process with whose end the session ends. */
  readonly pid: number;
  /** `claude`, `codex`. */
  readonly agent: string;
  readonly profile: string;
  /** Where this session's requests go in place of the profile's workspace. */
  readonly upstream?: { readonly url: string; readonly trusted: boolean } | undefined;
  /** A key of this session's own, beside the one of the proxy. */
  readonly key?: Secret | undefined;
  /** The key may be shorter than a key should be: somebody's scripts have it, from an older program. */
  readonly shortKey?: boolean | undefined;
  readonly tls?: TlsFiles | undefined;
  readonly port?: number | undefined;
  /** Lines about this session's requests: into its own file, or (verbose without a file) into the proxy's log. */
  readonly log?: { readonly file?: string | undefined; readonly verbose?: boolean | undefined } | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ProxyEndpoint {
  readonly pid: number;
  readonly port: number;
  /** `http://127.0.0.1:49153` */
  readonly url: string;
  readonly key: Secret;
  /** The certificate that the agent has to trust, where the proxy speaks TLS. */
  readonly caFile?: string | undefined;
  readonly version: string;
  /** For `dialectUrl`, where the session has settings of its own. */
  readonly leaseId: string | undefined;
  /** Has the lease live as long as this process of the agent too. Fails never. */
  holdFor(pid: number): Promise<void>;
  /** Ends the lease. Fails never, and can be called again. */
  release(): Promise<void>;
}

/** A watch over the proxy for as long as a session lives. */
export interface ProxyKeeper {
  stop(): Promise<void>;
}

/** Words that start this program; only tests give others. */
type Words = readonly [string, ...string[]];

/**
 * Starts the proxy, or joins the one that runs, and takes a lease for the process. Throws `usage` for a key that is none,
 * `config_invalid` for an upstream or a certificate, `io` for a log that cannot be written, `conflict` for a port that
 * another program has, and as `ensureProxy`.
 */
export async function joinProxy(deps: Deps, request: JoinRequest, words?: Words): Promise<ProxyEndpoint> {
  await checkRequest(deps, request);
  const start = await processStart(deps, request.pid);
  const lease = leaseOf(request, start);
  try {
    return await enter(deps, { request, lease, words });
  } catch (thrown) {
    await removeLease(deps, lease.id);
    throw thrown;
  }
}

/** What the proxy would say only to its own log, or after it was started, is said to the person before. */
async function checkRequest(deps: Deps, { key, shortKey, upstream, tls, log }: JoinRequest): Promise<void> {
  if (key !== undefined) checkKeyText(key, { short: shortKey === true });
  if (upstream !== undefined) readUpstreamAddress(upstream.url);
  const trouble = tls === undefined ? undefined : (await readTls(tls, deps.clock)).trouble;
  if (trouble !== undefined) deps.log.warn(`The agent will refuse the certificate ${tls?.certFile}: ${trouble}`);
  if (log?.file !== undefined) checkLogFile(log.file);
}

function leaseOf(request: JoinRequest, start: string | undefined): Lease {
  const { pid, agent, profile, upstream, key, log } = request;
  return {
    id: newLeaseId(),
    pid,
    agent,
    profile,
    ...(start === undefined ? {} : { processStart: start }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(key === undefined ? {} : { key }),
    ...(log === undefined ? {} : { log: { verbose: log.verbose === true, file: log.file } }),
  };
}

interface Entering {
  readonly request: JoinRequest;
  readonly lease: Lease;
  readonly words: Words | undefined;
}

const tries = 3;

async function enter(deps: Deps, { request, lease, words }: Entering): Promise<ProxyEndpoint> {
  const { port, tls, signal } = request;
  for (let attempt = 1; ; attempt++) {
    const { proxy } = await ensureProxy(deps, { kind: "demand", port, tls }, { signal, ...(words && { words }) });
    const listen = placeFor(proxy, request);
    await writeLease(deps, { ...lease, listen });
    const accepted = await announce(deps, proxy, { id: lease.id, signal });
    // It was just ending when we joined it.
    if (accepted === undefined && attempt < tries) continue;
    if (accepted === undefined) throw new MortarError("unavailable", "The proxy ends as soon as it is started");
    return endpoint(deps, { request, lease, proxy, url: accepted, tls: listen.tls });
  }
}

/** Where the session wants to find the proxy: where it is, unless it asked for another port or for TLS. */
function placeFor({ record }: FoundProxy, { port, tls }: JoinRequest): { port: number; tls?: TlsFiles } {
  const has = record.tls;
  const isSameTls = tls === undefined || (has?.certFile === tls.certFile && has.keyFile === tls.keyFile);
  const own = tls ?? has;
  const wanted = port ?? (isSameTls ? record.port : 0);
  return { port: wanted, ...(own === undefined ? {} : { tls: own }) };
}

/** Tells the proxy of the lease; the address for it, or undefined where the proxy has gone meanwhile. */
async function announce(
  deps: Deps,
  proxy: FoundProxy,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal | undefined },
): Promise<string | undefined> {
  const answer = await call(deps, proxy, { method: "POST", path: `/leases?id=${id}`, signal });
  const body = isObject(answer?.body) ? answer.body : {};
  if (answer?.status === 409) throw new MortarError("conflict", `The proxy cannot listen there: ${body["error"]}`);
  const { url } = body;
  return answer?.status === 200 && typeof url === "string" ? url : undefined;
}

interface Entered {
  readonly request: JoinRequest;
  readonly lease: Lease;
  readonly proxy: FoundProxy;
  readonly url: string;
  readonly tls: TlsFiles | undefined;
}

function endpoint(deps: Deps, { request, lease, proxy, url, tls }: Entered): ProxyEndpoint {
  const hasOwn = request.upstream !== undefined || request.log !== undefined;
  return {
    pid: proxy.record.pid,
    port: portOf(url),
    url,
    key: request.key ?? proxy.key,
    ...(tls === undefined ? {} : { caFile: tls.certFile }),
    version: proxy.record.version,
    leaseId: hasOwn ? lease.id : undefined,
    holdFor: (pid) => holdFor(deps, lease.id, pid),
    release: () => removeLease(deps, lease.id),
  };
}

/** A wrapper that is killed leaves its agent, which still has the session's key and address. */
async function holdFor(deps: Deps, id: string, pid: number): Promise<void> {
  try {
    const lease = readLease(deps, id);
    if (lease === undefined || lease === "broken") return;
    await writeLease(deps, { ...lease, child: { pid, processStart: await processStart(deps, pid) } });
  } catch (thrown) {
    deps.log.debug(`the lease could not be made to last: ${toMortarError(thrown).message}`);
  }
}

const watchMs = 500;
const longestWatchMs = 30_000;

/**
 * Watches over the proxy while a session runs, and starts it again where it died: on its port, with its options, and with
 * the lease. One that somebody stopped stays stopped. What goes wrong is said once.
 */
export function keepProxy(deps: Deps, joined: ProxyEndpoint, request: JoinRequest, words?: Words): ProxyKeeper {
  const done = new AbortController();
  const { signal } = done;
  const watching = async (): Promise<void> => {
    let napMs = watchMs;
    let said = false;
    while (!signal.aborted) {
      await deps.clock.sleep(napMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if (await hasDied(deps)) {
          const wanted = { kind: "demand", tls: request.tls } as const;
          await ensureProxy(deps, wanted, { signal, ...(words && { words }) });
          deps.log.debug(`the proxy at ${joined.url} had ended and was started again`);
        }
        napMs = watchMs;
      } catch (thrown) {
        if (signal.aborted) return;
        if (!said) deps.log.warn(`The proxy has ended and cannot be started again: ${toMortarError(thrown).message}`);
        said = true;
        napMs = Math.min(napMs * 2, longestWatchMs);
      }
    }
  };
  const ended = watching();
  return {
    stop: async () => {
      done.abort();
      await ended;
    },
  };
}

/** A record whose process is gone: who ends in order takes the record away. */
async function hasDied(deps: Deps): Promise<boolean> {
  const record = await readRecord(deps);
  return record !== undefined && !(await isSameProcess(deps, record.pid, record.processStart));
}
