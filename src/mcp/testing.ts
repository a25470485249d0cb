// For tests: the server as a process with a client that we did not write, or with lines that we write ourselves.
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { isObject, parseJson } from "../platform/json.ts";

const main = join(import.meta.dir, "..", "main.ts");

export interface ServerOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the entry point: `--preload`, file. */
  readonly runtime?: readonly string[];
}

/** The words that start the server from source. */
export function serverWords({ args = [], runtime = [] }: ServerOptions = {}): [string, ...string[]] {
  return [process.execPath, ...runtime, main, "mcp", "serve", ...args];
}

/** An environment without anything of the person who runs the tests. */
export function serverEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const home = join("/tmp", "mortar-test-no-home");
  return { PATH: process.env["PATH"] ?? "", HOME: home, DATABRICKS_CONFIG_FILE: join(home, "none"), ...more };
}

export type Era = "modern" | "legacy";

export interface OfficialClient extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
}

/** The official client on a server of its own. */
export async function officialClient(era: Era, options: ServerOptions = {}): Promise<OfficialClient> {
  const [command, ...args] = serverWords(options);
  const transport = new StdioClientTransport({ command, args, env: serverEnvironment(options.env), stderr: "ignore" });
  const mode = era === "modern" ? { pin: "2026-07-28" as const } : ("legacy" as const);
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return { client, pid: transport.pid ?? 0, [Symbol.asyncDispose]: () => client.close() };
}

export interface RawServer extends AsyncDisposable {
  readonly process: Bun.Subprocess<"pipe", "pipe", "pipe">;
  send(message: object | string): Promise<void>;
  /** The next message that `wanted` accepts; the others are passed over. */
  next(wanted: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Initialises in the older era. */
  initialize(): Promise<Record<string, unknown>>;
  /** Everything that has come so far. */
  readonly lines: readonly string[];
}

export function rawServer(options: ServerOptions = {}): RawServer {
  const child = Bun.spawn(serverWords(options), {
    env: serverEnvironment(options.env),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  const lines: string[] = [];
  const reader = readLines(child.stdout, lines);
  const send: RawServer["send"] = async (message) => {
    child.stdin.write(typeof message === "string" ? message : `${JSON.stringify(message)}\n`);
    await child.stdin.flush();
  };
  const next: RawServer["next"] = async (wanted) => {
    for (;;) {
      const { value, done } = await reader.next();
      if (done === true) throw new Error(`the server ended: ${await new Response(child.stderr).text()}`);
      const message = parseJson(value);
      if (isObject(message) && wanted(message)) return message;
    }
  };
  return {
    process: child,
    lines,
    send,
    next,
    initialize: async () => {
      const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } };
      await send({ jsonrpc: "2.0", id: "init", method: "initialize", params });
      const answer = await next(({ id }) => id === "init");
      await send({ jsonrpc: "2.0", method: "notifications/initialized" });
      return answer;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function* readLines(stream: ReadableStream<Uint8Array>, kept: string[]): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(
    new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>,
  )) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      kept.push(part);
      yield part;
    }
  }
  return undefined;
}
