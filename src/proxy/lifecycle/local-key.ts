// The key by which the programs of this user are told from all others on the machine.
import { randomBytes } from "node:crypto";
import { chmod, rm, stat } from "node:fs/promises";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isTokenText, Secret } from "../../platform/secret.ts";
import { isForeign } from "./ownership.ts";
import { keyFile, runKeyFile } from "./places.ts";

type KeyDeps = Pick<Deps, "paths" | "log" | "os">;

/** The key of the present run, else the one that stays; undefined where there is none of use. Throws `io`. */
export async function readKey(deps: KeyDeps): Promise<Secret | undefined> {
  return (await readKeyFile(deps, runKeyFile(deps))) ?? readKeyFile(deps, keyFile(deps));
}

async function readKeyFile(deps: KeyDeps, path: string): Promise<Secret | undefined> {
  // Who laid it there knows it.
  if (isForeign(deps, path)) return undefined;
  const text = (await readTextIfPresent(path))?.trim();
  if (!isTokenText(text)) return undefined;
  await closeToOthers(deps, path);
  return new Secret(text);
}

/** The key that stays; a new one where there is none. The caller holds the lock of the proxy. Throws `io`. */
export async function ensureKey(deps: KeyDeps): Promise<Secret> {
  const present = await readKeyFile(deps, keyFile(deps));
  if (present !== undefined) return present;
  const key = new Secret(`mortar-${randomBytes(32).toString("base64url")}`);
  await writeKey(deps, keyFile(deps), key);
  return key;
}

/** Has `key` hold until the proxy ends, a crash of it included. Throws `usage` for what cannot be a key, `io`. */
export async function useKeyForRun(deps: KeyDeps, key: Secret): Promise<void> {
  checkKeyText(key);
  await writeKey(deps, runKeyFile(deps), key);
}

export async function dropRunKey(deps: Pick<Deps, "paths">): Promise<void> {
  await rm(runKeyFile(deps), { force: true });
}

/** Puts `key` in the place of the one that is there. Throws `usage` for what cannot be a key, `io`. */
export async function replaceKey(deps: KeyDeps, key: Secret): Promise<void> {
  checkKeyText(key);
  if ((await readKeyFile(deps, keyFile(deps)))?.reveal() === key.reveal()) return;
  await writeKey(deps, keyFile(deps), key);
}

/** The placeholders of older proxies, which any program knows. */
const known = new Set(["proxy-managed", "databricks-proxy"]);

// Any program of the machine may try keys, thousands a second.
const leastLength = 16;
// Longer ones the proxy does not look at.
const mostLength = 512;

/** Throws `usage` for what cannot be a key: not in a header, or known or short enough to be found out. */
export function checkKeyText(key: Secret, { short = false }: { readonly short?: boolean } = {}): void {
  const text = key.reveal();
  const hint = "Take a long random one, for example from: openssl rand -hex 32";
  if (!isTokenText(text)) {
    throw new MortarError("usage", "The key for the proxy must be of visible ASCII characters, without spaces", {
      hint,
    });
  }
  if (known.has(text)) {
    throw new MortarError("usage", "This key was that of every older proxy: any program knows it", { hint });
  }
  if (text.length > mostLength) {
    throw new MortarError("usage", `The key for the proxy must have at most ${mostLength} characters`, { hint });
  }
  if (text.length < leastLength && !short) {
    throw new MortarError("usage", `The key for the proxy must have at least ${leastLength} characters`, { hint });
  }
}

async function writeKey(deps: KeyDeps, path: string, key: Secret): Promise<void> {
  if (isForeign(deps, path)) await rm(path, { force: true });
  await writeAtomic(path, `${key.reveal()}\n`, { mode: 0o600, forceMode: true });
}

async function closeToOthers({ os, log }: KeyDeps, path: string): Promise<void> {
  if (os === "win32") return;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.mode & 0o077) === 0) return;
  log.warn(`${path} could be read by others; it is closed now`);
  await chmod(path, 0o600).catch(() => undefined);
}
