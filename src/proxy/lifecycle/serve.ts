// A proxy in service in this process: it takes its place, says so in the record, looks after itself, and leaves in order.
import { buildInfo } from "../../build-info.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { processStart } from "../../platform/process-start.ts";
import type { Secret } from "../../platform/secret.ts";
import { startProxy, type RunningProxy } from "../server.ts";
import { createAddresses, type Addresses } from "./addresses.ts";
import { assemble, type Assembly } from "./assemble.ts";
import { createControl, type EndWish, type RootToken } from "./control.ts";
import { findProxy } from "./find.ts";
import { createIdle } from "./idle.ts";
import { openLeaseBook, type LeaseBook } from "./lease-book.ts";
import type { OpenPlace } from "./listeners.ts";
import { ensureKey, readKey } from "./local-key.ts";
import { openLogFile } from "./log-file.ts";
import { logSinks } from "./log-sinks.ts";
import {
  readRecord,
  removeRecord,
  writeRecord,
  type ProxyKind,
  type ProxyRecord,
  type ProxySettings,
} from "./record.ts";
import { requestLog } from "./request-log.ts";
import { retire } from "./retire.ts";
import { watchSettings } from "./settings-watch.ts";
import { proxyLock } from "./start-lock.ts";

export interface ServeOptions {
  readonly kind: ProxyKind;
  /** Given by the person: another program on it is then an error. */
  readonly port?: number | undefined;
  readonly settings: ProxySettings;
  /** This is the process that a command has started, which waits for it and keeps others away meanwhile. */
  readonly background: boolean;
  readonly onReady: (record: ProxyRecord) => void;
  readonly signal: AbortSignal;
}

/** Why it ended: asked to, nobody used it, or a newer one has taken its place. */
export type ServeEnd = "stopped" | "idle" | "replaced";

const lookMs = 5_000;
// Streams of one that is replaced go on; nobody waits for it.
const replacedGraceMs = 15 * 60_000;
const stopGraceMs = 30_000;
// Connections that had come before the newer one listened are still taken, and those that are kept open are sent there.
const moveMs = 1_000;

/**
 * Runs a proxy here until it is asked to end, nobody has used it for long enough, or a newer one takes its place. One that
 * runs already is replaced. Throws `conflict` for a port that another program has, `config_invalid` for options, `io`.
 */
export async function serveProxy(deps: Deps, options: ServeOptions): Promise<ServeEnd> {
  options.signal.throwIfAborted();
  const start = (): Promise<InService> => enterService(deps, options);
  const service = options.background ? await start() : await proxyLock(deps, options.signal, start);
  options.onReady(service.record);
  return service.ended;
}

interface InService {
  readonly record: ProxyRecord;
  readonly ended: Promise<ServeEnd>;
}

/** What a proxy in service consists of. */
interface Parts {
  /** With the log that is the proxy's own. */
  readonly deps: Deps;
  readonly options: ServeOptions;
  readonly proxy: RunningProxy;
  readonly book: LeaseBook;
  readonly assembly: Assembly;
  readonly addresses: Addresses;
  readonly wishes: PromiseWithResolvers<EndWish | "idle">;
  readonly state: State;
}

interface State {
  key: Secret;
  record: ProxyRecord | undefined;
  retiring: boolean;
}

async function enterService(outer: Deps, options: ServeOptions): Promise<InService> {
  const { logFile, verbose, tls } = options.settings;
  const usual = await ensureKey(outer);
  const key = (await readKey(outer)) ?? usual;
  const before = await findProxy(outer, options.signal);
  // Of one that died: its sessions are still led there.
  const last = before?.record ?? (await readRecord(outer).catch(() => undefined));
  const { log } = openLogFile(logFile, { clock: outer.clock, verbose });
  const deps = { ...outer, log };
  const parts = await openParts(deps, options, { key, record: undefined, retiring: false });
  try {
    const base = await parts.addresses.openBase({ port: options.port, before: last?.port, tls });
    const record = await recordOf(deps, options, base);
    parts.state.record = record;
    await parts.addresses.refresh();
    await writeRecord(deps, record);
    log.info(`mortar ${record.version} listens on ${base.url} (process ${record.pid}, ${record.kind})`);
    if (before !== undefined) await retire(deps, before);
    return { record, ended: stayInService(parts, record) };
  } catch (thrown) {
    log.warn(`It could not start: ${toMortarError(thrown).message}`);
    await close(parts, 0);
    throw thrown;
  }
}

async function openParts(deps: Deps, options: ServeOptions, state: State): Promise<Parts> {
  const { verbose, upstream } = options.settings;
  const book = await openLeaseBook(deps);
  const wishes = Promise.withResolvers<EndWish | "idle">();
  const logging = requestLog({ clock: deps.clock, sinks: logSinks(deps, { book, verbose }) });
  const assembly = await assemble(deps, { requestLog: logging, upstream });
  const control = createControl({
    version: buildInfo.version,
    key: () => readKeyAgain(deps, state),
    record: () => state.record,
    leases: () => book.all(),
    inFlight: () => proxy.inFlight(),
    lastActiveMs: () => proxy.lastActiveMs(),
    isRetiring: () => state.retiring,
    settingsTrouble: () => assembly.settingsTrouble(),
    rootToken: () => rootToken(deps, assembly),
    accept: async (id) => {
      await readKeyAgain(deps, state);
      return addresses.accept(id);
    },
    release: async (id) => {
      await book.release(id);
      await addresses.refresh();
    },
    end: wishes.resolve,
  });
  const proxy = await startProxy(deps, {
    filters: assembly.filters,
    openUpstream: assembly.openUpstream,
    rootProfile: assembly.rootProfile,
    control,
    version: buildInfo.version,
    key: () => [state.key, ...book.keys()],
    lease: (id) => book.get(id),
  });
  const addresses = createAddresses(deps, { proxy, key: () => state.key, book });
  return { deps, options, proxy, book, assembly, addresses, wishes, state };
}

const tokenMs = 300;

/** The token is fetched where there is none yet, as a daemon of older programs did; who asks does not wait long for it. */
async function rootToken(deps: Deps, { rootProfile, openUpstream }: Assembly): Promise<RootToken> {
  const profile = await rootProfile();
  const look = async (): Promise<number | undefined> => {
    const upstream = await openUpstream(profile);
    if (upstream.tokenEndsAtMs?.() === undefined) await upstream.headers();
    return upstream.tokenEndsAtMs?.();
  };
  const unknown = (): undefined => undefined;
  const done = new AbortController();
  const limit = deps.clock.sleep(tokenMs, done.signal).then(unknown, unknown);
  const endsAtMs = await Promise.race([look().catch(unknown), limit]);
  done.abort();
  return { profile, endsAtMs };
}

async function recordOf(deps: Deps, { kind, settings }: ServeOptions, base: OpenPlace): Promise<ProxyRecord> {
  const start = await processStart(deps, process.pid);
  return {
    pid: process.pid,
    ...(start === undefined ? {} : { processStart: start }),
    kind,
    version: buildInfo.version,
    port: base.port,
    scheme: base.scheme,
    hostname: base.hostname,
    startedAt: deps.clock.now(),
    ...settings,
  };
}

/** The key may have been replaced, and is taken over at once. */
async function readKeyAgain(deps: Deps, state: State): Promise<Secret> {
  const present = await readKey(deps).catch(() => undefined);
  if (present !== undefined && present.reveal() !== state.key.reveal()) state.key = present;
  return state.key;
}

async function stayInService(parts: Parts, record: ProxyRecord): Promise<ServeEnd> {
  const { deps, options, wishes } = parts;
  const onAbort = (): void => wishes.resolve("shutdown");
  options.signal.addEventListener("abort", onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  const done = new AbortController();
  const looking = lookAfter(parts, record, done.signal);
  watchSettings(deps, () => parts.assembly.refresh(), done.signal);
  const wish = await wishes.promise;
  done.abort();
  await looking;
  options.signal.removeEventListener("abort", onAbort);
  const successor = await readRecord(deps).catch(() => undefined);
  const isReplaced = wish === "replaced" || (successor !== undefined && successor.pid !== record.pid);
  return isReplaced ? makeWay(parts) : end(parts, record, wish);
}

async function makeWay(parts: Parts): Promise<ServeEnd> {
  const { deps, proxy, state } = parts;
  // Should the newer one die in this moment, nobody may take this one for a proxy that stays.
  state.retiring = true;
  deps.log.info(`Process ${process.pid} is replaced; ${proxy.inFlight()} requests go on`);
  proxy.sendAway();
  if (deps.os !== "win32") await deps.clock.sleep(moveMs);
  await close(parts, replacedGraceMs);
  return "replaced";
}

async function end(parts: Parts, record: ProxyRecord, wish: EndWish | "idle"): Promise<ServeEnd> {
  const { log } = parts.deps;
  log.info(`Process ${record.pid} ends (${wish}); ${parts.proxy.inFlight()} requests may finish`);
  // First: whoever looks for a proxy from now on starts another one.
  await removeRecord(parts.deps, record.pid).catch((thrown: unknown) => log.warn(toMortarError(thrown).message));
  await close(parts, wish === "now" ? 0 : stopGraceMs);
  return wish === "idle" ? "idle" : "stopped";
}

async function close({ proxy, book, assembly }: Parts, graceMs: number): Promise<void> {
  book.close();
  await proxy.stop({ graceMs });
  assembly.close();
}

async function lookAfter(parts: Parts, record: ProxyRecord, signal: AbortSignal): Promise<void> {
  const { deps, options, wishes, proxy, book } = parts;
  const { idleTimeoutMs } = options.settings;
  const stepMs = idleTimeoutMs > 0 ? Math.max(50, Math.min(lookMs, idleTimeoutMs / 4)) : lookMs;
  const isIdle = createIdle(options.kind === "service" ? 0 : idleTimeoutMs, stepMs * 2);
  while (!signal.aborted) {
    await lookOnce(parts, record).catch((thrown: unknown) => {
      deps.log.debug(`looking after itself failed: ${toMortarError(thrown).message}`);
    });
    const busy = proxy.inFlight() > 0 || book.all().length > 0;
    if (isIdle({ nowMs: deps.clock.now(), busy, mark: proxy.lastActiveMs() })) wishes.resolve("idle");
    await deps.clock.sleep(stepMs, signal).catch(() => undefined);
  }
}

async function lookOnce(parts: Parts, record: ProxyRecord): Promise<void> {
  const { deps, book, state, addresses, assembly, wishes } = parts;
  await book.refresh();
  await Promise.all([readKeyAgain(deps, state), addresses.refresh(), assembly.refresh()]);
  if (await isSuperseded(deps, record)) wishes.resolve("replaced");
}

/** Whether the record names another proxy that runs. One that was lost or damaged is written again. */
async function isSuperseded(deps: Deps, record: ProxyRecord): Promise<boolean> {
  const present = await readRecord(deps);
  if (present?.pid === record.pid) return false;
  const found = present === undefined ? undefined : await findProxy(deps);
  if (found !== undefined && found.record.pid !== record.pid) return true;
  await writeRecord(deps, record);
  return false;
}
