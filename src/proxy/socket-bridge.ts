// Two WebSockets as one: every frame of each goes out on the other as it came, slowed to what the slower one takes.
import type { Clock } from "../platform/deps.ts";

/** The client's end, as far as a bridge uses it (Bun's ServerWebSocket). */
export interface ClientEnd {
  send(data: string | Uint8Array<ArrayBuffer>): number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

/** The workspace's end, as far as a bridge uses it (Bun's WebSocket). */
export interface UpstreamEnd {
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): boolean;
  resume(): boolean;
}

export interface Bridge {
  /** The client's end is there: what came before goes out. */
  opened(client: ClientEnd): void;
  fromClient(data: string | Uint8Array<ArrayBuffer>): void;
  fromUpstream(data: string | Uint8Array<ArrayBuffer>): void;
  /** The client takes more again. */
  drained(): void;
  clientClosed(code: number, reason: string): void;
  upstreamClosed(code: number, reason: string): void;
  /** Whether the client waits for the rest of an answer. */
  readonly busy: boolean;
  /** Ends both sides in order: at once when nothing is under way, else when the answer is whole. */
  finish(): void;
  /** Breaks both sides. */
  break(): void;
}

export interface BridgeOptions {
  readonly clock: Clock;
  /** Called once, when both ends are gone or going. */
  readonly onEnd: () => void;
}

/** More than this waiting for the workspace, and the client has to wait too, in bytes. */
const mostWaitingBytes = 1024 * 1024;
const lookAgainMs = 5;

/** The proxy goes away; a client connects again, to the next one (RFC 6455, 7.4.1). */
const goingAway = 1001;

export function createBridge(upstream: UpstreamEnd, { clock, onEnd }: BridgeOptions): Bridge {
  let client: ClientEnd | undefined;
  const early: (string | Uint8Array<ArrayBuffer>)[] = [];
  const ended = new AbortController();
  let busy = false;
  let finishing = false;

  const end = (): boolean => {
    if (ended.signal.aborted) return false;
    ended.abort();
    onEnd();
    return true;
  };
  const breakBoth = (): void => {
    end();
    upstream.terminate();
    client?.terminate();
  };
  const closeBoth = (): void => {
    if (!end()) return;
    upstream.close(goingAway);
    client?.close(goingAway, "The proxy stops");
  };
  const deliver = (to: ClientEnd, data: string | Uint8Array<ArrayBuffer>): void => {
    const status = to.send(data);
    // Dropped: a hole in a stream is worse than its end.
    if (status === 0 && data.length > 0) breakBoth();
    else if (status < 0) upstream.pause();
  };
  const waitForUpstream = async (to: ClientEnd): Promise<void> => {
    to.pause();
    while (upstream.bufferedAmount > mostWaitingBytes) await clock.sleep(lookAgainMs, ended.signal);
    to.resume();
  };

  return {
    get busy() {
      return busy;
    },
    opened: (end) => {
      client = end;
      for (const data of early.splice(0)) deliver(end, data);
    },
    fromClient: (data) => {
      busy = true;
      upstream.send(data);
      if (client !== undefined && upstream.bufferedAmount > mostWaitingBytes) {
        waitForUpstream(client).catch(() => undefined);
      }
    },
    fromUpstream: (data) => {
      if (isLastOfAnswer(data)) busy = false;
      if (client === undefined) early.push(data);
      else deliver(client, data);
      if (finishing && !busy) closeBoth();
    },
    drained: () => void upstream.resume(),
    clientClosed: (code, reason) => {
      if (end()) passOn(upstream, code, reason);
    },
    upstreamClosed: (code, reason) => {
      if (end() && client !== undefined) passOn(client, code, reason);
    },
    finish: () => {
      finishing = true;
      if (!busy) closeBoth();
    },
    break: breakBoth,
  };
}

/** Closes an end as the other one was closed: what may not be said in a close frame is a connection that broke. */
function passOn(end: Pick<ClientEnd, "close" | "terminate">, code: number, reason: string): void {
  if (code === noCode) return end.close();
  const sayable = (code >= 1000 && code <= 1014 && ![1004, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  if (!sayable) return end.terminate();
  end.close(code, reason);
}

/** "No status received" (RFC 6455, 7.4.1): closed in order, without saying why. */
const noCode = 1005;

// The events that end a response (platform.openai.com, "Responses: streaming events"), and the socket's own error. Inside a
// text of the model the quotes would be escaped.
const lastEvents = /"type"\s*:\s*"(?:response\.(?:completed|failed|incomplete|cancelled)|error)"/;

function isLastOfAnswer(data: string | Uint8Array): boolean {
  return typeof data === "string" && lastEvents.test(data);
}
