// The whole app for tests: a real emulator, a real database and real folders; the agent alone is scripted.
import { expect } from "bun:test";
import { join } from "node:path";
import { testWorld, type TestWorld } from "../../auth/testing.ts";
import { startTestEmulator, type TestEmulator } from "../../emulator/testing-server.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Fetch } from "../../platform/deps.ts";
import { selectTools } from "../../tools/selection.ts";
import type { AppPlace, RunningApp, ServeAppOptions } from "./options.ts";
import { serveApp } from "./serve-app.ts";
import { scriptedEngine, type ScriptedEngine } from "./testing-engine.ts";

export interface TestApp {
  readonly emulator: TestEmulator;
  readonly world: TestWorld;
  readonly engine: ScriptedEngine;
  readonly running: RunningApp;
  readonly options: ServeAppOptions;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly origin: string;
  /** On one's own machine. */
  readonly key: string;
  /** Ends it, and starts another on the same data. */
  restart(): Promise<TestApp>;
  dispose(): Promise<void>;
}

const directFetch: Fetch = (input, init) => fetch(input, { ...init, proxy: "" });

export async function startTestApp(mode: AppPlace["mode"], change: Partial<ServeAppOptions> = {}): Promise<TestApp> {
  const emulator = await startTestEmulator();
  const config = `[DEFAULT]\nhost = ${emulator.host}\ntoken = ${emulator.token}\n`;
  const world = testWorld({ config, deps: { clock: systemClock, fetch: directFetch } });
  return await started({ emulator, world }, mode, change);
}

type Around = Pick<TestApp, "emulator" | "world">;

async function started(around: Around, mode: AppPlace["mode"], change: Partial<ServeAppOptions>): Promise<TestApp> {
  const { emulator, world } = around;
  const engine = scriptedEngine();
  const signal = new AbortController();
  const place: AppPlace = mode === "local" ? { mode, port: 0, address: "127.0.0.1" } : { mode, port: await freePort() };
  const options: ServeAppOptions = {
    version: "1.2.3",
    profile: undefined,
    place,
    database: { database: join(world.home, "app.db") },
    projectsFolder: undefined,
    defaults: {},
    mlflowTrackingUri: undefined,
    skills: undefined,
    selection: selectTools(),
    signal: signal.signal,
    engines: [engine],
    page: () => Promise.resolve(page),
    ...change,
  };
  const running = await serveApp(world.deps, options).catch(async (thrown: unknown) => {
    await emulator.dispose();
    world.dispose();
    throw thrown;
  });
  const url = new URL(running.url.replace("0.0.0.0", "127.0.0.1"));
  return {
    emulator,
    world,
    engine,
    running,
    options,
    origin: url.origin,
    key: url.searchParams.get("key") ?? "",
    restart: async () => {
      await running.close();
      return await started(around, mode, change);
    },
    dispose: async () => {
      await running.close();
      await emulator.dispose();
      world.dispose();
    },
  };
}

const text = (words: string, type: string) => ({ bytes: new TextEncoder().encode(words), type });

const page = new Map([
  ["/index.html", text("<!doctype html><title>the page</title>", "text/html;charset=utf-8")],
  ["/assets/large-2.js", text("export const a = 1;\n".repeat(5_000), "text/javascript;charset=utf-8")],
  ["/assets/main-1.js", text("export {};", "text/javascript;charset=utf-8")],
]);

/** Apps are told their port, so there is one before they start. */
async function freePort(): Promise<number> {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const port = server.port ?? 0;
  await server.stop(true);
  return port;
}

/** A token of a user of the emulated workspace, who need not be its owner. */
export function tokenOf({ emulator }: Pick<TestApp, "emulator">, user: string): string {
  const { world } = emulator;
  const isOwner = user === world.owner.userName;
  const caller = isOwner ? world.owner : { ...world.owner, userName: user, userId: `${Bun.hash.crc32(user)}` };
  return world.tokens.issue({ kind: "pat", caller, comment: "test" }).token;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body; `{}` where it is no JSON object. */
  readonly json: Record<string, unknown>;
}

export interface Asking {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** One person's requests: `ask("GET /api/me")`. */
export type Ask = (request: string, asking?: Asking) => Promise<Asked>;

/** Who sends these headers with each request. */
export function asker(origin: string, own: Record<string, string>): Ask {
  return async (request, { body, headers = {} } = {}) => {
    const [method = "GET", path = "/"] = request.split(" ");
    const isRaw = body instanceof FormData || body instanceof Uint8Array || typeof body === "string";
    const response = await fetch(`${origin}${path}`, {
      method,
      redirect: "manual",
      proxy: "",
      headers: { ...own, ...(body === undefined || isRaw ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
    });
    // One that never ends is looked at as far as it says that it has begun.
    const words = /\/events(?:\?|$)/.test(path) && response.ok ? await firstText(response) : await response.text();
    return { status: response.status, headers: response.headers, text: words, json: objectIn(words) };
  };
}

async function firstText({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

function objectIn(words: string): Record<string, unknown> {
  try {
    return JSON.parse(words) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The user of a shared server with this name. */
export function userOf(app: TestApp, user: string): Ask {
  return asker(app.origin, { "x-forwarded-access-token": tokenOf(app, user), "x-forwarded-email": user });
}

/** The person of the machine. */
export function ownerOf(app: TestApp): Ask {
  return asker(app.origin, { authorization: `Bearer ${app.key}` });
}

/** The answer's JSON where it is good. */
export async function good<T>(asked: Promise<Asked>): Promise<T> {
  const { status, text: words, json } = await asked;
  expect([status, words]).toEqual([200, words]);
  return json as T;
}
