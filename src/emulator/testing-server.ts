// A running emulator for tests: temporary folder, free port, compute that starts at once.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson, type JsonObject } from "../platform/json.ts";
import { startEmulator, type EmulatorOptions, type RunningEmulator } from "./server.ts";
import { testDeps } from "./testing.ts";

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body; an id beyond 2^53 is its digits. `{}` where it is no JSON object. */
  readonly json: JsonObject;
}

export interface TestCall {
  readonly body?: unknown;
  /** Bearer token; the emulator's own unless given, none for null. */
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

export interface TestEmulator extends RunningEmulator {
  /** Calls the workspace; redirects are not followed. `request` is `GET /api/2.0/...`. */
  call(request: string, options?: TestCall): Promise<TestAnswer>;
  /** Calls a control route, named without `/__emulator/`. */
  control(request: string, body?: unknown): Promise<TestAnswer>;
  dispose(): Promise<void>;
}

export async function startTestEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "mortar-emulator-")));
  const switches = { clusterStartMs: 0, runStartMs: 0, ...options.switches };
  const emulator = await startEmulator({ deps: testDeps(), ...options, folder, switches });
  const call = (request: string, options: TestCall = {}): Promise<TestAnswer> => send(emulator, request, options);
  return {
    ...emulator,
    call,
    control: (request, body) => {
      const [method, path] = request.split(" ");
      return call(`${method} /__emulator/${path}`, { body, token: emulator.adminToken });
    },
    dispose: async () => {
      await emulator.stop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function send(emulator: RunningEmulator, request: string, options: TestCall): Promise<TestAnswer> {
  const [method = "GET", path = "/"] = request.split(" ");
  const headers = new Headers(options.headers);
  const token = options.token === undefined ? emulator.token : options.token;
  if (token !== null) headers.set("authorization", `Bearer ${token}`);
  const response = await fetch(`${emulator.host}${path}`, {
    method,
    headers,
    redirect: "manual",
    ...(options.body === undefined ? {} : { body: bodyOf(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: readJson(text) };
}

function bodyOf(body: unknown): BodyInit {
  if (body instanceof URLSearchParams || body instanceof FormData || typeof body === "string") return body;
  return body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body);
}

function readJson(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
