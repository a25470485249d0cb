// Standard input, by the line or whole. What was read beyond a line waits for the next reader.
import type { Input } from "./deps.ts";

/** Reads from the stream that `open` gives; it is opened when the first reader comes. */
export function createInput(open: () => NodeJS.ReadStream): Input {
  let buffered = "";
  let ended = false;
  const more = async (signal?: AbortSignal): Promise<boolean> => {
    const chunk = ended ? undefined : await nextChunk(open(), signal);
    ended = chunk === undefined;
    buffered += chunk ?? "";
    return !ended;
  };
  const take = (end: number): string => {
    const taken = buffered.slice(0, end);
    buffered = buffered.slice(end);
    return taken;
  };
  return {
    get isTTY() {
      return open().isTTY === true;
    },
    readAll: async (signal) => {
      signal?.throwIfAborted();
      while (await more(signal));
      return take(buffered.length);
    },
    readLine: async (signal) => {
      signal?.throwIfAborted();
      let end = buffered.indexOf("\n");
      while (end === -1 && (await more(signal))) end = buffered.indexOf("\n");
      if (end === -1) return buffered === "" ? undefined : take(buffered.length);
      return take(end + 1).replace(/\r?\n$/, "");
    },
  };
}

/** The next piece of text, or undefined at the end. The stream flows only while someone waits. */
function nextChunk(stream: NodeJS.ReadStream, signal: AbortSignal | undefined): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    if (stream.readableEnded) return resolve(undefined);
    stream.setEncoding("utf8");
    const finish = (act: () => void): void => {
      stream.off("data", onData).off("end", onEnd).off("error", onError);
      signal?.removeEventListener("abort", onAbort);
      stream.pause();
      act();
    };
    const onData = (chunk: string): void => finish(() => resolve(chunk));
    const onEnd = (): void => finish(() => resolve(undefined));
    const onError = (error: Error): void => finish(() => reject(error));
    const onAbort = (): void => finish(() => reject(new DOMException("Aborted", "AbortError")));
    stream.on("data", onData).on("end", onEnd).on("error", onError);
    signal?.addEventListener("abort", onAbort, { once: true });
    stream.resume();
  });
}
