// The outside world for this room's tests: a home of its own, no network but what a test gives, a clock that it moves.
import { afterEach, expect } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Clock, Deps, Environment, Fetch, Output } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { resolvePaths } from "../platform/paths.ts";
import { Secret } from "../platform/secret.ts";
import { runProcess } from "../platform/process.ts";

import type { AttributeValues } from "./attributes.ts";
import type { Credentials } from "./credentials.ts";
import { openResolved } from "./open.ts";
import { resolveConfig } from "./resolve.ts";
import { writeLogin, type Login } from "./token-store.ts";

export interface TestWorld {
  readonly deps: Deps;
  readonly home: string;
  /** Everything that was logged or written to stderr. */
  readonly said: string[];
  write(path: string, text: string, mode?: number): string;
  /** Moves the clock. */
  pass(ms: number): void;
  dispose(): void;
}

export interface WorldOptions {
  readonly env?: Environment;
  readonly fetch?: Fetch;
  readonly config?: string;
  readonly deps?: Partial<Deps>;
}

export const startMs = Date.UTC(2026, 0, 1);

const noNetwork: Fetch = () => Promise.reject(Object.assign(new Error("no network"), { code: "ConnectionRefused" }));

export function testWorld(options: WorldOptions = {}): TestWorld {
  const home = mkdtempSync(join(tmpdir(), "mortar-auth-"));
  const said: string[] = [];
  let nowMs = startMs;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };
  const env: Environment = { HOME: home, PATH: "", MORTAR_HOME: join(home, "mortar"), ...options.env };
  const say = (text: string | Uint8Array): void => void said.push(String(text));
  const output: Output = { write: say, isTTY: false, width: 80, colour: false };
  const write = (path: string, text: string, mode = 0o600): string => {
    const full = join(home, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text, { mode });
    chmodSync(full, mode);
    return full;
  };
  if (options.config !== undefined) write(".databrickscfg", options.config);
  const deps: Deps = {
    env,
    clock,
    cwd: home,
    os: "linux",
    paths: resolvePaths(env, "linux"),
    fetch: options.fetch ?? noNetwork,
    stdin: { isTTY: false, readLine: () => Promise.resolve(undefined), readAll: () => Promise.resolve("") },
    stdout: output,
    stderr: output,
    run: runProcess,
    log: { level: "verbose", warn: say, info: say, debug: say },
    ...options.deps,
  };
  return {
    deps,
    home,
    said,
    write,
    pass: (ms) => {
      nowMs += ms;
    },
    dispose: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** A fetch that answers by a function of the address. */
export function fetchBy(answer: (request: Request) => Response | Promise<Response>): Fetch {
  return async (input, init) => answer(new Request(input as string, init as RequestInit));
}

/** A stand-in for the Databricks CLI or az: a shell script, as big as the real program where that counts. */
export function script(body: string, padded = false): string {
  const text = `#!/bin/sh\n${body}\n`;
  return padded ? `${text}exit 0\n${"#".repeat(1_100_000)}\n` : text;
}

/** Worlds for the tests of a file: each is gone after its test. */
export function useWorlds(defaults: WorldOptions = {}): (options?: WorldOptions) => TestWorld {
  const worlds: TestWorld[] = [];
  afterEach(() => {
    for (const made of worlds.splice(0)) made.dispose();
  });
  return (options = {}) => {
    const made = testWorld({ ...defaults, ...options });
    worlds.push(made);
    return made;
  };
}

export function withEnv(made: TestWorld, env: Environment): TestWorld {
  return { ...made, deps: { ...made.deps, env: { ...made.deps.env, ...env } } };
}

/** Credentials of these attributes and the world's environment, without a file. */
export async function open({ deps, home }: TestWorld, explicit: AttributeValues): Promise<Credentials> {
  const configFile = { path: join(home, ".databrickscfg"), text: undefined };
  return (await openResolved(deps, resolveConfig({ explicit, env: deps.env, configFile }))).credentials;
}

/** The MortarError that the work ends with. */
export async function failure(work: Promise<unknown>): Promise<MortarError> {
  const thrown = await work.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(MortarError);
  return thrown as MortarError;
}

export interface LoginChanges {
  readonly accessToken?: string;
  readonly tokenEndpoint?: string;
  readonly expiresAtMs?: number;
  readonly refreshToken?: string | undefined;
}

/** Puts a login into the world's store: an hour to go, a refresh token that fakeOidc takes. */
export function storeLogin(
  { deps }: TestWorld,
  host: string,
  changes: LoginChanges = {},
  profile = "dev",
): Promise<Login> {
  const refresh = "refreshToken" in changes ? changes.refreshToken : "refresh-secret-0";
  return writeLogin(deps, {
    host,
    profile,
    user: undefined,
    clientId: "databricks-cli",
    scopes: ["all-apis"],
    tokenEndpoint: changes.tokenEndpoint ?? `${host}/oidc/v1/token`,
    obtainedAtMs: startMs,
    token: {
      accessToken: new Secret(changes.accessToken ?? "access-secret-old"),
      tokenType: "Bearer",
      expiresAtMs: changes.expiresAtMs ?? startMs + 3_600_000,
    },
    refreshToken: refresh === undefined ? undefined : new Secret(refresh),
  });
}
