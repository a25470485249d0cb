// For this room's tests: a proxy in this process before an upstream that a test scripts, by HTTP or byte by byte.
import { connect, createServer, type Server, type Socket } from "node:net";
import { systemClock } from "../platform/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { silentLogger } from "../platform/log.ts";
import { resolvePaths } from "../platform/paths.ts";
import { runProcess } from "../platform/process.ts";
import { Secret } from "../platform/secret.ts";
import { startProxy, type ProxyOptions, type RunningProxy } from "./server.ts";
import type { Upstream } from "./types.ts";

export const localKey = "local-key-of-the-tests";
const keys = [new Secret(localKey)];
export const upstreamToken = "token-of-the-workspace";

const quiet = { write: () => undefined, isTTY: false, width: 80, colour: false };

/** Deps with the real network and clock, and nothing of the person's environment. */
export function testDeps(parts: Partial<Deps> = {}): Deps {
  return {
    env: {},
    cwd: "/",
    os: "linux",
    paths: resolvePaths({ MORTAR_HOME: "/nowhere", HOME: "/nowhere" }, "linux"),
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    stdin: { isTTY: false, readLine: () => Promise.resolve(undefined), readAll: () => Promise.resolve("") },
    stdout: quiet,
    stderr: quiet,
    run: runProcess,
    log: silentLogger,
    ...parts,
  };
}

/** An upstream that is there, with a token that stays. */
export function fixedUpstream(origin: string, parts: Partial<Upstream> = {}): Upstream {
  return {
    profile: "DEFAULT",
    origin,
    prefix: "",
    family: () => Promise.resolve("model-services"),
    headers: () => Promise.resolve({ Authorization: `Bearer ${upstreamToken}` }),
    ...parts,
  };
}

export interface TestProxy extends AsyncDisposable {
  readonly proxy: RunningProxy;
  readonly port: number;
  readonly url: string;
  /** Sends with the local key. `path` begins at the root: `/p/DEFAULT/anthropic/v1/messages`. */
  call(path: string, init?: BunFetchRequestInit): Promise<Response>;
}

export interface TestProxyOptions extends Partial<ProxyOptions> {
  readonly deps?: Partial<Deps> | undefined;
}

/** A proxy on a free port before `upstream`. */
export async function startTestProxy(
  upstream: string | Upstream,
  { deps, ...options }: TestProxyOptions = {},
): Promise<TestProxy> {
  const target = typeof upstream === "string" ? fixedUpstream(upstream) : upstream;
  const proxy = await startProxy(testDeps(deps), {
    key: () => keys,
    rootProfile: () => Promise.resolve("DEFAULT"),
    filters: [],
    openUpstream: () => Promise.resolve(target),
    version: "1.2.3",
    ...options,
  });
  const { port, url } = proxy.listen({ port: 0 });
  return {
    proxy,
    port,
    url,
    call: (path, init) => callProxy(url, path, init),
    [Symbol.asyncDispose]: () => proxy.stop({ graceMs: 0 }),
  };
}

function callProxy(url: string, path: string, init: BunFetchRequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("authorization")) headers.set("authorization", `Bearer ${localKey}`);
  return fetch(`${url}${path}`, { ...init, headers, proxy: false, decompress: false, redirect: "manual" });
}

export interface Received {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly text: string;
}

export interface TestUpstream extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
}

/** An upstream that answers whole requests. */
export function httpUpstream(
  respond: (request: Received, index: number) => Response | Promise<Response>,
): TestUpstream {
  const received: Received[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    development: false,
    reusePort: false,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: async (request) => {
      const body = await request.bytes();
      const target = request.url.slice(request.url.indexOf("/", 8));
      const { method, headers } = request;
      const entry = { method, target, headers, body, text: new TextDecoder().decode(body) };
      received.push(entry);
      return respond(entry, received.length - 1);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, received, [Symbol.asyncDispose]: () => server.stop(true) };
}

export interface RawUpstream extends AsyncDisposable {
  readonly url: string;
  /** Everything that came, over all connections. */
  received(): string;
  readonly connections: readonly Socket[];
}

/** An upstream of bytes: `onRequest` is called when a head is whole, with the text since the last call. */
export async function rawUpstream(
  onRequest: (socket: Socket, text: string, index: number) => void,
): Promise<RawUpstream> {
  const connections: Socket[] = [];
  let all = "";
  let count = 0;
  const server: Server = createServer((socket) => {
    connections.push(socket);
    let pending = "";
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      const text = bytes.toString("latin1");
      all += text;
      pending += text;
      if (!pending.includes("\r\n\r\n")) return;
      const head = pending;
      pending = "";
      onRequest(socket, head, count++);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => all,
    connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of connections) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export interface RawClient {
  /** What came so far. */
  text(): string;
  readonly socket: Socket;
  /** How the connection ended: `end` in order, `reset` broken. */
  readonly ended: Promise<"end" | "reset">;
}

/** A client of bytes. Its connection stays open until a side ends it. */
export function rawClient(port: number, request: string): RawClient {
  let text = "";
  let broken = false;
  const socket = connect(port, "127.0.0.1", () => void socket.write(request, "latin1"));
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
  });
  socket.on("error", () => {
    broken = true;
  });
  const ended = new Promise<"end" | "reset">((resolve) => {
    socket.on("close", () => resolve(broken ? "reset" : "end"));
  });
  return { text: () => text, socket, ended };
}

/** A request of bytes with the local key. */
export function head(port: number, line: string, ...headers: readonly string[]): string {
  return [`${line} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${localKey}`, ...headers, "", ""].join(
    "\r\n",
  );
}

/** Waits until the condition holds; fails by the test's own time limit when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(1);
}

export interface ProxyProcess extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  call: TestProxy["call"];
}

/** A proxy in a process of its own, before one upstream: for what Bun reads from the environment at its start. */
export async function spawnTestProxy(
  upstreamUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<ProxyProcess> {
  const program = `
    const { fixedUpstream, startTestProxy } = await import(${JSON.stringify(new URL("testing.ts", import.meta.url).href)});
    const { port } = await startTestProxy(${JSON.stringify(upstreamUrl)}, { deps: { env: process.env } });
    process.stdout.write(port + "\\n");`;
  const child = Bun.spawn([process.execPath, "-e", program], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  let said = "";
  for await (const bytes of child.stdout) {
    said += new TextDecoder().decode(bytes);
    if (said.endsWith("\n")) break;
  }
  const port = Number(said);
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    url,
    call: (path, init) => callProxy(url, path, init),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.exited;
    },
  };
}
