// The web app, started by the binary as a user starts it.
import { binary, type Machine } from "./binary.ts";

export interface TestApp {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The address that lets a browser in. */
  readonly url: string;
  readonly pid: number;
  /** A request with the key. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number>;
}

/** Starts `mortar app serve` on a free port, or on `port`. Throws with what it printed when it does not come up. */
export async function startApp(
  machine: Machine,
  { words = [], env = {}, port = 0 }: { words?: readonly string[]; env?: Record<string, string>; port?: number } = {},
): Promise<TestApp> {
  const child = Bun.spawn([binary, "app", "serve", "--port", String(port), "--json", ...words], {
    env: { ...machine.env, ...env },
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const stderr = new Response(child.stderr).text();
  const first = await firstAnswer(child.stdout);
  const data = first === undefined ? undefined : (JSON.parse(first) as { data?: { url?: string } }).data;
  if (data?.url === undefined) {
    child.kill();
    throw new Error(`mortar app serve did not start: ${first ?? ""}\n${await stderr}`);
  }
  const { origin, searchParams } = new URL(data.url);
  const key = searchParams.get("key") ?? "";
  return {
    origin,
    url: data.url,
    pid: child.pid,
    ask: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${key}`);
      return fetch(`${origin}${path}`, { ...init, headers });
    },
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return child.exited;
    },
  };
}

/** The text up to where it is a whole JSON value; undefined where the stream ends before. */
async function firstAnswer(stream: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text === "" ? undefined : text;
    text += decoder.decode(value, { stream: true });
    try {
      JSON.parse(text);
      // What comes later is not lost on the child, but nobody reads it.
      void drain(reader);
      return text;
    } catch {
      // Not whole yet.
    }
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
