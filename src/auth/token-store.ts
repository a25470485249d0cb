// Mortar's own logins on disk: the access token in a private file, the refresh token in the keyring where there is one.
import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { errnoOf, readTextIfPresent, writeAtomic } from "../platform/files.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { Secret } from "../platform/secret.ts";
import type { HeldToken } from "./freshness.ts";
import { loginCommand } from "./login-command.ts";

/** What a login is found by. */
export interface LoginKey {
  readonly host: string;
  /** Empty for a login that belongs to no profile. */
  readonly profile: string;
}

export interface Login extends LoginKey, HeldToken {
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Where the refresh token is; `none` for a login without one. */
  readonly refreshIn: "keyring" | "file" | "none";
  readonly user: string | undefined;
}

export type StoreDeps = Pick<Deps, "paths" | "env" | "log" | "keyring">;

const version = 1;

/** The store's name of a login: readable, and the same for one host and profile. */
export function loginName({ host, profile }: LoginKey): string {
  const digest = createHash("sha256").update(`${host}\n${profile}`).digest("hex").slice(0, 20);
  const readable = profile.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 40);
  return readable === "" ? digest : `${readable}-${digest}`;
}

/** Where the logins are kept: what is in it changes with each sign-in, renewal and sign-out. */
export function loginsFolder(deps: Pick<Deps, "paths">): string {
  return join(deps.paths.data, "logins");
}

function pathOf(deps: StoreDeps, key: LoginKey): string {
  return join(loginsFolder(deps), `${loginName(key)}.json`);
}

/** Homes that MORTAR_HOME sets apart do not share a keyring entry. */
function keyringName(deps: StoreDeps, key: LoginKey): string {
  const own = deps.env["MORTAR_HOME"];
  const name = loginName(key);
  return own === undefined || own === ""
    ? name
    : `${name}@${createHash("sha256").update(own).digest("hex").slice(0, 8)}`;
}

/** The login of a host and profile, or undefined. A file that cannot be understood counts as none. Throws `io`. */
export async function readLogin(deps: StoreDeps, key: LoginKey): Promise<Login | undefined> {
  const login = (await readRecord(deps, pathOf(deps, key)))?.login;
  return login?.host === key.host && login.profile === key.profile ? login : undefined;
}

/** All logins of this user on this machine. */
export async function listLogins(deps: StoreDeps): Promise<Login[]> {
  const names = await readdir(loginsFolder(deps)).catch((thrown: unknown) => {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw thrown;
  });
  const records = await Promise.all(
    names
      .filter((name) => name.endsWith(".json") && !name.startsWith("."))
      .map((name) => readRecord(deps, join(loginsFolder(deps), name))),
  );
  return records.flatMap((record) => (record === undefined ? [] : [record.login]));
}

/**
 * The refresh token of a login, or undefined when it is gone. Throws `unavailable` when it is in a keyring that does
 * not answer now.
 */
export async function readRefreshToken(deps: StoreDeps, login: Login): Promise<Secret | undefined> {
  if (login.refreshIn === "none") return undefined;
  if (login.refreshIn === "file") return (await readRecord(deps, pathOf(deps, login)))?.refreshToken;
  if (deps.keyring === undefined) throw keyringGone(login);
  try {
    const value = await deps.keyring.get(keyringName(deps, login));
    return value === undefined ? undefined : new Secret(value);
  } catch (cause) {
    throw keyringGone(login, cause);
  }
}

export interface NewLogin extends Omit<Login, "refreshIn"> {
  readonly refreshToken: Secret | undefined;
}

/**
 * Keeps a login, and returns it as it was kept. The refresh token is written before the access token, so that a
 * single-use token is never lost to a crash in between. `MORTAR_TOKEN_STORAGE=file` leaves the keyring alone. Throws `io`.
 */
export async function writeLogin(deps: StoreDeps, login: NewLogin): Promise<Login> {
  const refreshIn = await keepRefreshToken(deps, login);
  const inFile = refreshIn === "file" ? login.refreshToken : undefined;
  const kept: Login = { ...login, refreshIn };
  await writeAtomic(pathOf(deps, login), `${JSON.stringify(recordOf(kept, inFile), null, 2)}\n`, {
    mode: 0o600,
    forceMode: true,
  });
  return kept;
}

/** Writes a login's file again as it is. Throws `io` when a renewed one could not be written in its place either. */
export async function proveWritable(deps: StoreDeps, key: LoginKey): Promise<void> {
  const path = pathOf(deps, key);
  const text = await readTextIfPresent(path);
  if (text !== undefined) await writeAtomic(path, text, { mode: 0o600, forceMode: true });
}

/** Forgets a login. Returns whether there was one. Throws `io`. */
export async function removeLogin(deps: StoreDeps, key: LoginKey): Promise<boolean> {
  const path = pathOf(deps, key);
  const there = (await readTextIfPresent(path)) !== undefined;
  await deps.keyring
    ?.delete(keyringName(deps, key))
    .catch((thrown: unknown) => deps.log.debug(`Keyring: ${toMortarError(thrown).message}`));
  await rm(path, { force: true });
  return there;
}

async function keepRefreshToken(deps: StoreDeps, login: NewLogin): Promise<Login["refreshIn"]> {
  if (login.refreshToken === undefined) return "none";
  if (deps.keyring === undefined || deps.env["MORTAR_TOKEN_STORAGE"] === "file") return "file";
  try {
    await deps.keyring.set(keyringName(deps, login), login.refreshToken.reveal());
    return "keyring";
  } catch (thrown) {
    deps.log.debug(`${toMortarError(thrown).message}; the refresh token goes into a private file`);
    return "file";
  }
}

function keyringGone(login: Login, cause?: unknown): MortarError {
  return new MortarError("not_signed_in", "The sign-in is kept in the system's keyring, which does not answer", {
    hint: `Unlock the keyring, or run \`${loginCommand(login)} --force\` with MORTAR_TOKEN_STORAGE=file to keep it in a file.`,
    cause,
  });
}

interface StoredRecord {
  readonly login: Login;
  readonly refreshToken: Secret | undefined;
}

function recordOf(login: Login, refreshToken: Secret | undefined): Record<string, unknown> {
  return {
    version,
    host: login.host,
    profile: login.profile,
    ...(login.user === undefined ? {} : { user: login.user }),
    client_id: login.clientId,
    token_endpoint: login.tokenEndpoint,
    scopes: login.scopes,
    obtained_at_ms: login.obtainedAtMs,
    ...(login.token.expiresAtMs === undefined ? {} : { expires_at_ms: login.token.expiresAtMs }),
    token_type: login.token.tokenType,
    access_token: login.token.accessToken.reveal(),
    refresh_in: login.refreshIn,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken.reveal() }),
  };
}

async function readRecord(deps: StoreDeps, path: string): Promise<StoredRecord | undefined> {
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  try {
    return parseRecord(parseJson(text));
  } catch {
    deps.log.debug(`${path} is not a login of this version and is passed over`);
    return undefined;
  }
}

function parseRecord(value: unknown): StoredRecord {
  if (!isObject(value) || value["version"] !== version) throw new TypeError("another version");
  const { scopes, obtained_at_ms: obtained, expires_at_ms: expires, refresh_in: refreshIn } = value;
  const refresh = value["refresh_token"];
  return {
    login: {
      host: text(value["host"]),
      profile: text(value["profile"]),
      user: typeof value["user"] === "string" ? value["user"] : undefined,
      clientId: text(value["client_id"]),
      tokenEndpoint: text(value["token_endpoint"]),
      scopes: Array.isArray(scopes) ? scopes.map(text) : [],
      obtainedAtMs: typeof obtained === "number" ? obtained : 0,
      refreshIn: refreshIn === "keyring" || refreshIn === "file" ? refreshIn : "none",
      token: {
        accessToken: new Secret(text(value["access_token"])),
        tokenType: text(value["token_type"]),
        expiresAtMs: typeof expires === "number" ? expires : undefined,
      },
    },
    refreshToken: typeof refresh === "string" ? new Secret(refresh) : undefined,
  };
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not a string");
  return value;
}
