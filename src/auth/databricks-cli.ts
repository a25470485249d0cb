// Tokens from an installed Databricks CLI, by `databricks auth token`. Its own refresh tokens are never touched.
import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Deps, Environment } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { isObject, parseJson } from "../platform/json.ts";
import { printable, redact } from "../platform/log.ts";
import { expandTilde } from "../platform/paths.ts";
import type { RunOptions } from "../platform/process.ts";
import { findProgram } from "../platform/programs.ts";
import { isTokenText, Secret } from "../platform/secret.ts";
import type { AccessToken } from "./credentials.ts";
import { isAccountHost } from "./host.ts";
import type { ResolvedConfig } from "./resolve.ts";

/** Below this size it is the legacy CLI, a Python script that knows no `auth token`. */
const legacyBytes = 1_048_576;

const limitMs = 60_000;

export type CliDeps = Pick<Deps, "env" | "os" | "paths" | "run" | "log">;

/** Set for the CLI that is asked: where that is Mortar itself, it must not ask again, and so on without an end. */
const askedMark = "MORTAR_ASKED_AS_CLI";

const mostOutputBytes = 1_048_576;

/** The path of a CLI that can be asked, or undefined. A path relative to the working folder is none. */
export function findDatabricksCli(deps: CliDeps, config: ResolvedConfig): string | undefined {
  if ((deps.env[askedMark] ?? "") !== "") return undefined;
  const named = expandTilde(config.get("databricks_cli_path") ?? "databricks", deps.paths);
  const path = /[/\\]/.test(named) ? named : findProgram(named, deps);
  if (path === undefined) return undefined;
  if (!isAbsolute(path)) {
    deps.log.debug(`databricks_cli_path ${path} is not a whole path and is not used`);
    return undefined;
  }
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size !== undefined && size >= legacyBytes) return path;
  deps.log.debug(`${path} is ${size === undefined ? "not there" : "the legacy Databricks CLI"} and is not used`);
  return undefined;
}

export interface CliRequest {
  readonly path: string;
  readonly config: ResolvedConfig;
  readonly forced: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * One token of the CLI's login for the profile, or for the host where no profile is in use. Throws `not_signed_in` when
 * the CLI has none, `auth_failed` when it fails otherwise, `timeout`, and an abort.
 */
export async function cliToken(deps: CliDeps, request: CliRequest): Promise<AccessToken> {
  const { path, config, signal } = request;
  const env = cliEnvironment(deps.env, config);
  const options = { env, signal, timeoutMs: limitMs, maxOutputBytes: mostOutputBytes };
  const version = await cliVersion(deps, path, options);
  const words = tokenWords(config, version, request.forced);
  const { exitCode, stdout, stderr } = await deps.run([path, ...words], options);
  if (exitCode !== 0) throw cliFailure(config, stderr);
  return parseCliToken(stdout);
}

type Version = readonly [number, number, number];

async function cliVersion(deps: CliDeps, path: string, options: RunOptions): Promise<Version> {
  const { stdout } = await deps.run([path, "version"], options);
  const found = /v(\d+)\.(\d+)\.(\d+)(-dev)?/.exec(stdout);
  // A development build says v0.0.0-dev: it gets the flags that every version knows.
  if (found === null || found[4] !== undefined) return [0, 0, 0];
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}

function atLeast(version: Version, wanted: Version): boolean {
  for (const [index, part] of version.entries()) {
    const other = wanted[index] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/** Versions from which a flag is known: databricks-sdk-go config/cli_token_source.go. */
function tokenWords(config: ResolvedConfig, version: Version, forced: boolean): string[] {
  const host = config.get("host");
  const accountId = config.get("account_id");
  const byProfile = config.profile !== undefined && (host === undefined || atLeast(version, [0, 207, 1]));
  const account =
    host !== undefined && isAccountHost(host) && accountId !== undefined ? ["--account-id", accountId] : [];
  const target =
    byProfile && config.profile !== undefined ? ["--profile", config.profile] : ["--host", host ?? "", ...account];
  return ["auth", "token", ...target, ...(forced && atLeast(version, [0, 296, 0]) ? ["--force-refresh"] : [])];
}

/** Without DATABRICKS_*, which would speak against the profile, but with what says where profiles and logins are. */
function cliEnvironment(env: Environment, config: ResolvedConfig): Environment {
  const clean: Record<string, string | undefined> = { [askedMark]: "1" };
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("DATABRICKS_") || name === "DATABRICKS_AUTH_STORAGE") clean[name] = value;
  }
  return config.source("config_file") === undefined ? clean : { ...clean, DATABRICKS_CONFIG_FILE: config.configPath };
}

function cliFailure(config: ResolvedConfig, stderr: string): MortarError {
  const words = redact(
    printable(stderr.replace(/^Error:\s*/i, ""))
      .trim()
      .slice(0, 400),
  );
  const name = config.profile === undefined ? `--host ${config.get("host") ?? "HOST"}` : config.profile;
  const signedOut = [
    "databricks OAuth is not",
    "refresh token is invalid",
    "Try logging in again",
    "no profile specified",
    "no profiles configured",
  ].some((sign) => stderr.includes(sign));
  return new MortarError(signedOut ? "not_signed_in" : "auth_failed", `databricks-cli: cannot get a token: ${words}`, {
    hint: signedOut ? `Run \`mortar auth login ${name}\`.` : "Run `databricks auth token` to see what the CLI says.",
  });
}

/** What `databricks auth token` prints. Throws `bad_response`. */
export function parseCliToken(text: string): AccessToken {
  const body = parsed(text);
  const token = isObject(body) ? body["access_token"] : undefined;
  if (!isObject(body) || !isTokenText(token)) {
    throw new MortarError("bad_response", "databricks-cli: the Databricks CLI printed no token", {
      hint: "Run `databricks auth token` to see what it prints.",
    });
  }
  return { accessToken: new Secret(token), tokenType: "Bearer", expiresAtMs: parseExpiry(body["expiry"]) };
}

/** RFC 3339 with any number of digits of a second, or `YYYY-MM-DD HH:MM:SS[.f]`, which is UTC as the Go tools read it. */
export function parseExpiry(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const plain = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/.exec(value.trim());
  const ms = Date.parse(plain === null ? value : `${plain[1]}T${plain[2]}Z`);
  // Go's zero time stands for a token without an end.
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
