// A lease: a session that uses the proxy, and what holds for it alone. A file each, so that a new proxy knows them again.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { errnoOf, writeAtomic } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { isTokenText, Secret } from "../../platform/secret.ts";
import { isForeign } from "./ownership.ts";
import { leaseFolder } from "./places.ts";
import { toTlsFiles, toUpstream, type TlsFiles } from "./record.ts";

interface SessionProcess {
  readonly pid: number;
  readonly processStart?: string | undefined;
}

export interface Lease {
  /** Not to be guessed: it stands for the session where it asks to be released. */
  readonly id: string;
  /** The process whose end ends the lease. */
  readonly pid: number;
  readonly processStart?: string | undefined;
  /** The agent that it started: where the first process was killed, the session goes on as long as this one. */
  readonly child?: SessionProcess | undefined;
  readonly agent: string;
  readonly profile: string;
  readonly upstream?: { readonly url: string; readonly trusted: boolean } | undefined;
  /** Accepted beside the local key while the lease lives. */
  readonly key?: Secret | undefined;
  /** Where the session finds the proxy: it listens there as long as the lease lives. Port 0 for one that is free. */
  readonly listen?: { readonly port: number; readonly tls?: TlsFiles | undefined } | undefined;
  /** Where lines about this session's requests go beside the proxy's own log. */
  readonly log?: { readonly file?: string | undefined; readonly verbose: boolean } | undefined;
}

/** The agent of a lease that stands for sessions of programs that have no lease of their own. */
export const sessionMode = "session-mode";

export function newLeaseId(): string {
  return randomBytes(16).toString("hex");
}

const idShape = /^[0-9a-f]{32}$/;

export function isLeaseId(text: string): boolean {
  return idShape.test(text);
}

type LeaseDeps = Pick<Deps, "paths" | "os">;

function leaseFile(deps: LeaseDeps, id: string): string {
  return join(leaseFolder(deps), `${id}.json`);
}

/** Throws `io`. */
export async function writeLease(deps: LeaseDeps, lease: Lease): Promise<void> {
  const { key, ...plain } = lease;
  const value = { ...plain, ...(key === undefined ? {} : { key: key.reveal() }) };
  await writeAtomic(leaseFile(deps, lease.id), `${JSON.stringify(value)}\n`, { mode: 0o600, forceMode: true });
}

export async function removeLease(deps: LeaseDeps, id: string): Promise<void> {
  if (isLeaseId(id)) await rm(leaseFile(deps, id), { force: true }).catch(() => undefined);
}

/** The ids of all leases that lie there, whether their sessions live or not. */
export async function leaseIds(deps: LeaseDeps): Promise<readonly string[]> {
  const names = await readdir(leaseFolder(deps)).catch(() => []);
  return names.map((name) => name.replace(/\.json$/, "")).filter((name) => isLeaseId(name));
}

/** A lease; `broken` for a file that cannot be understood, undefined where there is none. Synchronous: a request waits. */
export function readLease(deps: LeaseDeps, id: string): Lease | "broken" | undefined {
  if (!isLeaseId(id)) return undefined;
  try {
    if (isForeign(deps, leaseFile(deps, id))) return "broken";
    return toLease(id, JSON.parse(readFileSync(leaseFile(deps, id), "utf8"))) ?? "broken";
  } catch (thrown) {
    return errnoOf(thrown) === "ENOENT" ? undefined : "broken";
  }
}

function toLease(id: string, value: unknown): Lease | undefined {
  if (!isObject(value)) return undefined;
  const { agent, profile, key, log } = value;
  const holder = toProcess(value);
  if (holder === undefined || typeof agent !== "string" || typeof profile !== "string") return undefined;
  const child = toProcess(value["child"]);
  const upstream = toUpstream(value["upstream"]);
  const listen = toListen(value["listen"]);
  return {
    id,
    ...holder,
    agent,
    profile,
    ...(child === undefined ? {} : { child }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(isTokenText(key) ? { key: new Secret(key) } : {}),
    ...(listen === undefined ? {} : { listen }),
    ...(isObject(log) ? { log: toLog(log) } : {}),
  };
}

function toProcess(value: unknown): SessionProcess | undefined {
  if (!isObject(value)) return undefined;
  const { pid, processStart } = value;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, ...(typeof processStart === "string" ? { processStart } : {}) };
}

function toListen(value: unknown): Lease["listen"] {
  if (!isObject(value)) return undefined;
  const { port } = value;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
  const tls = toTlsFiles(value["tls"]);
  return { port, ...(tls === undefined ? {} : { tls }) };
}

function toLog(value: Record<string, unknown>): NonNullable<Lease["log"]> {
  const { file, verbose } = value;
  return { verbose: verbose === true, ...(typeof file === "string" ? { file } : {}) };
}
