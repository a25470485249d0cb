// Two WebSockets as one: the frames of each go out on the other, slowed to what the slower one takes.
import type { Clock } from "../platform/deps.ts";
import type { Frame } from "./socket-events.ts";
import { createTurns, type PassFilters } from "./socket-turns.ts";

/** The client's end, as far as a bridge uses it (Bun's ServerWebSocket). */
export interface ClientEnd {
  send(data: Frame): number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

/** The workspace's end, as far as a bridge uses it (Bun's WebSocket). */
export interface UpstreamEnd {
  readonly bufferedAmount: number;
  send(data: Frame): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): boolean;
  resume(): boolean;
}

export interface Bridge {
  /** The client's end is there: what came before goes out. */
  opened(client: ClientEnd): void;
  fromClient(data: Frame): void;
  fromUpstream(data: Frame): void;
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
  readonly pass: PassFilters;
  /** Whether there is another token than the one that the workspace has refused on this connection. */
  readonly renewed: () => Promise<boolean>;
  /** Called once, when both ends are gone or going. */
  readonly onEnd: () => void;
}

/** More than this waiting for the workspace, and the client has to wait too, in bytes. */
const mostWaitingBytes = 1024 * 1024;
const lookAgainMs = 5;

/** The proxy goes away; a client connects again, to the next one (RFC 6455, 7.4.1). */
const goingAway = { code: 1001, reason: "The proxy stops" };

/** "Service restart", of IANA's list: a client connects again, and the new connection has the new token. */
const tokenRenewed = { code: 1012, reason: "The token was renewed" };

export function createBridge(upstream: UpstreamEnd, { clock, pass, renewed, onEnd }: BridgeOptions): Bridge {
  let client: ClientEnd | undefined;
  const early: Frame[] = [];
  const ended = new AbortController();
  let finishing = false;

  const end = (): boolean => {
    if (ended.signal.aborted) return false;
    ended.abort();
    turns.end();
    onEnd();
    return true;
  };
  const breakBoth = (): void => {
    end();
    upstream.terminate();
    client?.terminate();
  };
  const closeBoth = ({ code, reason }: typeof goingAway): void => {
    if (!end()) return;
    upstream.close(code);
    client?.close(code, reason);
  };
  const deliver = (to: ClientEnd, data: Frame): void => {
    const status = to.send(data);
    // Dropped: a hole in a stream is worse than its end.
    if (status === 0 && data.length > 0) breakBoth();
    else if (status < 0) upstream.pause();
  };
  const tell = (data: Frame): void => {
    if (client !== undefined) return deliver(client, data);
    early.push(data);
    upstream.pause();
  };
  const settled = async (refused: number | undefined): Promise<void> => {
    // A client that connects again gets a token that counts.
    if (refused === 401 && (await renewed().catch(() => false))) return closeBoth(tokenRenewed);
    if (finishing && !turns.busy) closeBoth(goingAway);
  };
  const turns = createTurns({
    pass,
    send: (data) => upstream.send(data),
    tell,
    onSettled: (refused) => void settled(refused),
  });
  const isSlow = (): boolean => upstream.bufferedAmount + turns.waitingBytes > mostWaitingBytes;
  const waitForUpstream = async (to: ClientEnd): Promise<void> => {
    to.pause();
    while (isSlow()) await clock.sleep(lookAgainMs, ended.signal);
    to.resume();
  };

  return {
    get busy() {
      return turns.busy;
    },
    opened: (end) => {
      client = end;
      if (early.length > 0) upstream.resume();
      for (const data of early.splice(0)) deliver(end, data);
    },
    fromClient: (data) => {
      turns.fromClient(data);
      if (client !== undefined && isSlow()) waitForUpstream(client).catch(() => undefined);
    },
    fromUpstream: (data) => {
      if (turns.fromUpstream(data)) tell(data);
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
      if (!turns.busy) closeBoth(goingAway);
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
