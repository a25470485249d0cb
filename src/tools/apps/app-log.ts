// The last lines of an app's log: a WebSocket on the app's own address, which sends what there is and then what comes.
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";
import { redact } from "../../platform/log.ts";
import type { ToolContext } from "../define.ts";

export interface AppLogLine {
  /** Milliseconds since the epoch. */
  readonly timeMs: number | undefined;
  /** APP or SYSTEM. */
  readonly source: string | undefined;
  readonly message: string;
}

export interface LogWish {
  /** `https://host` of the app. */
  readonly url: string;
  /** Only lines with this text; empty for all. */
  readonly search: string;
  /** Only lines of this source. */
  readonly source: "APP" | "SYSTEM" | undefined;
  readonly lines: number;
  /** The longest that it may take in all. */
  readonly timeoutMs: number;
}

export interface AppLogTail {
  /** The last ones, the oldest first. */
  readonly lines: readonly AppLogLine[];
  /** How many came in all. */
  readonly received: number;
}

type Around = Pick<ToolContext, "workspace" | "signal"> & { readonly deps: Pick<ToolContext["deps"], "clock"> };

/** The log sends what it has without a mark at its end: a pause this long is the end. */
const pauseMs = 1_500;
const firstMs = 8_000;
const closeNormal = 1_000;

/** Throws `invalid_state` where the app has no log now, `token_rejected` where it does not take our sign-in. */
export async function appLog(context: Around, wish: LogWish): Promise<AppLogTail> {
  const address = new URL("/logz/stream", wish.url);
  const isLoopback = /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(address.hostname);
  if (address.protocol !== "https:" && !isLoopback) throw unsafe(address.origin);
  const headers = await context.workspace.client.proof({ signal: context.signal });
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return await received(context, wish, {
    address: address.href,
    headers: { ...headers, Origin: new URL(wish.url).origin },
  });
}

function unsafe(origin: string): MortarError {
  return new MortarError("bad_response", `The app's address ${origin} is not https: no token is sent there`, {
    hint: "Check the app in the workspace.",
  });
}

interface Connection {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
}

function received({ signal, deps }: Around, wish: LogWish, { address, headers }: Connection): Promise<AppLogTail> {
  const { promise, resolve, reject } = Promise.withResolvers<AppLogTail>();
  const kept: AppLogLine[] = [];
  let count = 0;
  let opened = false;
  const ended = new AbortController();
  const socket = new WebSocket(address, { headers } as unknown as string[]);
  const settle = (end: () => void): void => {
    ended.abort();
    signal.removeEventListener("abort", onAbort);
    socket.close(closeNormal);
    end();
  };
  const done = (): void => settle(() => resolve({ lines: kept, received: count }));
  const onAbort = (): void => settle(() => reject(signal.reason as Error));
  let waits = 0;
  /** Ends it after so long, unless something comes meanwhile. */
  const endAfter = async (ms: number, isStill: () => boolean): Promise<void> => {
    await deps.clock.sleep(ms, AbortSignal.any([ended.signal, signal])).catch(() => undefined);
    if (!ended.signal.aborted && !signal.aborted && isStill()) done();
  };
  const wait = (ms: number): void => {
    const mine = ++waits;
    void endAfter(ms, () => mine === waits);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  void endAfter(wish.timeoutMs, () => true);
  socket.addEventListener("open", () => {
    opened = true;
    socket.send(wish.search);
    wait(firstMs);
  });
  socket.addEventListener("message", ({ data }: MessageEvent) => {
    const text = typeof data === "string" ? data : Buffer.from(data as ArrayBuffer).toString("utf8");
    // Nothing is there.
    if (text === "\0") return done();
    const line = lineOf(text);
    wait(pauseMs);
    if (wish.source !== undefined && line.source !== wish.source) return;
    count += 1;
    kept.push(line);
    if (kept.length > wish.lines) kept.shift();
  });
  socket.addEventListener("close", () => (opened ? done() : settle(() => reject(notOpened()))));
  socket.addEventListener("error", () => settle(() => reject(notOpened())));
  return promise;
}

function notOpened(): MortarError {
  return new MortarError("invalid_state", "The app gives no log now", {
    hint: "An app that is stopped has none, and an app takes only an OAuth sign-in, not a personal access token. `get_app` shows its state.",
  });
}

function lineOf(text: string): AppLogLine {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) return { timeMs: undefined, source: undefined, message: redact(text) };
  const { timestamp, source, message } = value;
  return {
    timeMs: typeof timestamp === "number" ? timestamp * 1_000 : undefined,
    source: typeof source === "string" ? source : undefined,
    message: redact(typeof message === "string" ? message : ""),
  };
}
