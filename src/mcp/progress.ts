// Progress of one call, for a caller who asked for it: as often as the tool tells something, and now and then when it does
// not, so that no client takes a long silence for the end.
import type { ServerContext } from "@modelcontextprotocol/server";
import type { ToolContext } from "../tools/define.ts";

/** Clients that wait for a sign of life wait for a minute. */
const usualBeatMs = 25_000;

export interface Progress {
  readonly tell: ToolContext["progress"];
  /** Tells nothing any more. */
  stop(): void;
}

/** @param beatMs After how long a silence something is told, in milliseconds. */
export function progressOf(
  { _meta, signal, notify }: Pick<ServerContext["mcpReq"], "_meta" | "signal" | "notify">,
  beatMs = usualBeatMs,
): Progress {
  const token = _meta?.progressToken;
  if (token === undefined) return { tell: () => undefined, stop: () => undefined };
  // The number must grow with each notice (MCP, utilities/progress).
  let last = { progress: -1, total: undefined as number | undefined, message: "working" };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  const send = (message: string): void => {
    const { progress, total } = last;
    const of = total === undefined ? {} : { total: Math.max(total, progress) };
    const params = { progressToken: token, progress, message, ...of };
    notify({ method: "notifications/progress", params }).catch(() => undefined);
    beat();
  };
  const beat = (): void => {
    stop();
    timer = setTimeout(() => {
      last = { ...last, progress: last.progress + 0.01 };
      send(`${last.message} (nothing new)`);
    }, beatMs);
    timer.unref();
  };
  signal.addEventListener("abort", stop, { once: true });
  beat();
  return {
    tell: (message, done, total) => {
      if (signal.aborted) return;
      last = { progress: done === undefined || done <= last.progress ? last.progress + 0.01 : done, total, message };
      send(message);
    },
    stop: () => {
      signal.removeEventListener("abort", stop);
      stop();
    },
  };
}
