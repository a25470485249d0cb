// A proxy in service in this process, for tests.
import { join } from "node:path";
import { type Answer } from "./client.ts";
import { findProxy, type FoundProxy } from "./find.ts";
import { newLeaseId, type Lease } from "./lease.ts";
import { type ProxyRecord } from "./record.ts";
import { serveProxy, type ServeEnd, type ServeOptions } from "./serve.ts";
import { type TestHome } from "./testing.ts";

export interface Serving extends AsyncDisposable {
  readonly found: FoundProxy;
  readonly ended: Promise<ServeEnd>;
  end(): void;
}

export async function serving(made: TestHome, parts: Partial<ServeOptions> = {}): Promise<Serving> {
  const done = new AbortController();
  const ready = Promise.withResolvers<ProxyRecord>();
  const settings = { idleTimeoutMs: 0, logFile: join(made.home, "proxy.log"), verbose: false, ...parts.settings };
  const ended = serveProxy(made.deps, {
    kind: "foreground",
    port: 0,
    background: false,
    signal: done.signal,
    onReady: ready.resolve,
    ...parts,
    settings,
  });
  ended.catch(ready.reject);
  await ready.promise;
  const found = await findProxy(made.deps);
  if (found === undefined) throw new Error("it is not found");
  const end = (): void => done.abort();
  return {
    found,
    ended,
    end,
    [Symbol.asyncDispose]: async () => {
      end();
      await ended;
    },
  };
}

export function lease(parts: Partial<Lease> = {}): Lease {
  return { id: newLeaseId(), pid: process.pid, agent: "claude", profile: "DEFAULT", ...parts };
}

export const get = (url: string, init: BunFetchRequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, proxy: false });
export const post = (url: string, init: BunFetchRequestInit = {}): Promise<Response> =>
  get(url, { method: "POST", ...init });

export function urlIn(answer: Answer | undefined): string {
  const { url } = (answer?.body ?? {}) as { url?: unknown };
  return String(url);
}

export function withKey({ key }: FoundProxy): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${key.reveal()}` } };
}

/** Takes a port as another program would. */
export function foreigner(port = 0) {
  return Bun.serve({ hostname: "127.0.0.1", port, reusePort: false, fetch: () => Response.json({ tool: "other" }) });
}
export function freePort(): number {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port = 0 } = probe;
  void probe.stop(true);
  return port;
}

export const staleRecord = {
  kind: "demand",
  version: "0.0.1",
  port: 1,
  scheme: "http",
  hostname: "127.0.0.1",
  startedAt: 1,
  idleTimeoutMs: 1,
  verbose: false,
};
