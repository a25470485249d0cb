// What a running proxy leaves for those who look for it: which process, where, and with which options.
import { rm } from "node:fs/promises";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { withLock } from "../../platform/lock.ts";
import { dropRunKey } from "./local-key.ts";
import { recordFile } from "./places.ts";

/**
 * Who wants it there: an agent (`demand`: it may go with the last session), a person (`command`), a person at a terminal
 * (`foreground`), or the system's service manager (`service`: it stays).
 */
export type ProxyKind = "demand" | "command" | "foreground" | "service";

const kinds: readonly string[] = ["demand", "command", "foreground", "service"] satisfies readonly ProxyKind[];

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What a proxy was told, and its successor is told again. */
export interface ProxySettings {
  readonly idleTimeoutMs: number;
  readonly logFile: string;
  readonly verbose: boolean;
  readonly tls?: TlsFiles | undefined;
  readonly upstream?: { readonly url: string; readonly trusted: boolean } | undefined;
}

export interface ProxyRecord extends ProxySettings {
  readonly pid: number;
  /** Tells this process from a later one with its id; undefined where the system does not say. */
  readonly processStart?: string | undefined;
  readonly kind: ProxyKind;
  readonly version: string;
  readonly port: number;
  readonly scheme: "http" | "https";
  /** The name under which it is addressed: that which its certificate has. */
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

export function urlOf({ scheme, hostname, port }: Pick<ProxyRecord, "scheme" | "hostname" | "port">): string {
  return `${scheme}://${hostname}:${port}`;
}

type RecordDeps = Pick<Deps, "paths" | "clock">;

/** The record, or undefined when there is none or it cannot be understood. Throws `io` when it cannot be read. */
export async function readRecord(deps: Pick<Deps, "paths">): Promise<ProxyRecord | undefined> {
  const text = await readTextIfPresent(recordFile(deps));
  return text === undefined ? undefined : parseRecord(text);
}

/** Throws `io`: a full disk, a folder that may not be written. */
export async function writeRecord(deps: RecordDeps, record: ProxyRecord): Promise<void> {
  await exclusively(deps, () =>
    writeAtomic(recordFile(deps), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, forceMode: true }),
  );
}

/** Removes the record, and what held for its run, unless it is another proxy's by now. */
export async function removeRecord(deps: RecordDeps, pid: number): Promise<void> {
  await exclusively(deps, async () => {
    const record = await readRecord(deps);
    if (record !== undefined && record.pid !== pid) return;
    await Promise.all([rm(recordFile(deps), { force: true, recursive: true }), dropRunKey(deps)]);
  });
}

function exclusively<T>(deps: RecordDeps, work: () => Promise<T>): Promise<T> {
  return withLock(deps.paths.run, "proxy-record", { clock: deps.clock, waitMs: 5_000 }, work);
}

export function parseRecord(text: string): ProxyRecord | undefined {
  try {
    return toRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Checks what a file, or a proxy's own answer, says. */
export function toRecord(value: unknown): ProxyRecord | undefined {
  if (!isObject(value)) return undefined;
  const { pid, kind, version, port, scheme, hostname, startedAt, processStart } = value;
  const settings = toSettings(value);
  const numbers = isCount(pid) && isCount(port) && isCount(startedAt);
  const texts = typeof version === "string" && typeof kind === "string" && kinds.includes(kind);
  const place = (scheme === "http" || scheme === "https") && (hostname === "127.0.0.1" || hostname === "localhost");
  if (settings === undefined || !numbers || !texts || !place) return undefined;
  const start = typeof processStart === "string" ? { processStart } : {};
  return { ...settings, ...start, pid, kind: kind as ProxyKind, version, port, scheme, hostname, startedAt };
}

function toSettings(value: Record<string, unknown>): ProxySettings | undefined {
  const { idleTimeoutMs, logFile, verbose, tls, upstream } = value;
  if (!isCount(idleTimeoutMs) || typeof logFile !== "string" || typeof verbose !== "boolean") return undefined;
  const files = toTlsFiles(tls);
  const target = toUpstream(upstream);
  return {
    idleTimeoutMs,
    logFile,
    verbose,
    ...(files === undefined ? {} : { tls: files }),
    ...(target === undefined ? {} : { upstream: target }),
  };
}

export function toTlsFiles(value: unknown): TlsFiles | undefined {
  if (!isObject(value)) return undefined;
  const { certFile, keyFile } = value;
  return typeof certFile === "string" && typeof keyFile === "string" ? { certFile, keyFile } : undefined;
}

export function toUpstream(value: unknown): { url: string; trusted: boolean } | undefined {
  if (!isObject(value)) return undefined;
  const { url, trusted } = value;
  return typeof url === "string" && typeof trusted === "boolean" ? { url, trusted } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
