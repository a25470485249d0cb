// The events of a conversation as they come: taken up again where they broke off, closed while the tab is hidden (a browser has few
// connections to one host), and made anew when they are silent for long while a run goes on.
import type { ResetEvent, StoredEvent } from "../../contract/events.ts";

export type StreamStatus = "connecting" | "open" | "reconnecting" | "paused";

interface StreamHandlers {
  readonly open: () => void;
  readonly message: (data: string) => void;
  readonly error: () => void;
}

/** What of the browser the stream uses. */
export interface StreamHost {
  readonly open: (address: string, on: StreamHandlers) => { readonly close: () => void };
  /** Calls once, after `ms`; gives what takes it back. */
  readonly later: (call: () => void, ms: number) => () => void;
  readonly isHidden: () => boolean;
  /** Calls when the page is hidden, shown, or the machine is online again; gives what ends it. */
  readonly onChange: (call: () => void) => () => void;
  /** From 0 to 1: so that not all pages come back in the same moment. */
  readonly random: () => number;
}

export interface StreamOptions {
  readonly addressAfter: (seq: number) => string;
  readonly after: () => number;
  /** Whether events are to be expected: a run goes on. */
  readonly isBusy: () => boolean;
  readonly onEvent: (event: StoredEvent | ResetEvent) => void;
  /** `tries`: how often in a row it could not be opened. */
  readonly onStatus: (status: StreamStatus, tries: number) => void;
  /** Nothing came for long though events are to be expected; it is opened again as well. */
  readonly onSilence: () => void;
  readonly host: StreamHost;
}

export interface EventStream {
  /** Opens it again, from `after()`. */
  readonly restart: () => void;
  readonly close: () => void;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const hiddenGraceMs = 5000;
const silenceMs = 45_000;

/** How long to wait before the next try, in milliseconds: twice as long each time, and not the same for all. */
export const pauseOf = (tries: number, random: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)) * (0.75 + random / 2);

const parsed = (data: string): StoredEvent | ResetEvent | undefined => {
  try {
    const value: unknown = JSON.parse(data);
    const isEvent = typeof value === "object" && value !== null && "type" in value && "seq" in value;
    return isEvent ? (value as StoredEvent | ResetEvent) : undefined;
  } catch {
    return undefined;
  }
};

/** Opens the stream and keeps it open until `close`. */
export const openEvents = ({
  addressAfter,
  after,
  isBusy,
  onEvent,
  onStatus,
  onSilence,
  host,
}: StreamOptions): EventStream => {
  let source: ReturnType<StreamHost["open"]> | undefined;
  let undo: (() => void) | undefined;
  let undoSilence: (() => void) | undefined;
  let tries = 0;
  let isClosed = false;

  const drop = (): void => {
    undo?.();
    undoSilence?.();
    undo = undefined;
    undoSilence = undefined;
    source?.close();
    source = undefined;
  };

  const listen = (): void => {
    undoSilence?.();
    undoSilence = host.later(() => {
      if (!isBusy()) return listen();
      connect();
      onSilence();
    }, silenceMs);
  };

  const retry = (): void => {
    drop();
    if (isClosed) return;
    const ms = pauseOf(tries, host.random());
    tries += 1;
    onStatus("reconnecting", tries);
    undo = host.later(connect, ms);
  };

  const connect = (): void => {
    drop();
    if (isClosed) return;
    if (tries === 0) onStatus("connecting", 0);
    source = host.open(addressAfter(after()), {
      open: () => {
        tries = 0;
        onStatus("open", 0);
      },
      message: (data) => {
        listen();
        const event = parsed(data);
        if (event !== undefined) onEvent(event);
      },
      error: retry,
    });
    listen();
  };

  const changed = (): void => {
    if (isClosed) return;
    if (host.isHidden()) {
      if (source === undefined && undo === undefined) return;
      undo?.();
      undo = host.later(() => {
        drop();
        onStatus("paused", 0);
      }, hiddenGraceMs);
      return;
    }
    tries = 0;
    if (source === undefined) connect();
    else {
      undo?.();
      undo = undefined;
    }
  };

  const unlisten = host.onChange(changed);
  connect();
  return {
    restart: connect,
    close: () => {
      isClosed = true;
      unlisten();
      drop();
    },
  };
};

/** The browser's own. */
export const browserHost: StreamHost = {
  open: (address, on) => {
    const source = new EventSource(address);
    source.addEventListener("open", on.open);
    source.addEventListener("message", ({ data }: MessageEvent<string>) => on.message(data));
    source.addEventListener("error", on.error);
    return source;
  },
  later: (call, ms) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  isHidden: () => document.visibilityState === "hidden",
  onChange: (call) => {
    document.addEventListener("visibilitychange", call);
    addEventListener("online", call);
    addEventListener("pageshow", call);
    return () => {
      document.removeEventListener("visibilitychange", call);
      removeEventListener("online", call);
      removeEventListener("pageshow", call);
    };
  },
  random: () => Math.random(),
};
