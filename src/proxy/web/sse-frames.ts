// The events of a stream as the bytes that they came in, wherever the network has cut them (HTML standard, "Server-sent events").

export interface Frame {
  /** All of it, the blank line that ends it included. */
  readonly bytes: Uint8Array;
  /** Its data lines, joined; undefined where it has none. */
  readonly data: string | undefined;
}

export interface FrameSplitter {
  /** The frames that are complete with these bytes, which may be of a buffer that is used again. */
  push(bytes: Uint8Array): Frame[];
  /** What has come since the last complete frame. */
  end(): Uint8Array;
}

const lf = 10;
const cr = 13;

/** A line ends with LF, CR or both; an empty line ends the frame, of whatever length it is. */
export function createFrameSplitter(): FrameSplitter {
  let held: Uint8Array[] = [];
  let lineIsEmpty = true;
  /** A CR was the last byte: an LF that follows is part of the same line end. */
  let afterCr = false;
  /** That CR has ended an empty line. */
  let isOver = false;

  const take = (bytes: Uint8Array): Frame => {
    const whole = held.length === 0 ? bytes.slice() : new Uint8Array(Buffer.concat([...held, bytes]));
    held = [];
    lineIsEmpty = true;
    isOver = false;
    return { bytes: whole, data: dataOf(whole) };
  };

  const push = (bytes: Uint8Array): Frame[] => {
    const frames: Frame[] = [];
    let start = 0;
    const cut = (end: number): void => {
      frames.push(take(bytes.subarray(start, end)));
      start = end;
    };
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      const follows = afterCr && byte === lf;
      afterCr = byte === cr;
      if (isOver) cut(follows ? at + 1 : at);
      if (follows) continue;
      if (byte === cr) isOver = lineIsEmpty;
      else if (byte === lf && lineIsEmpty) cut(at + 1);
      lineIsEmpty = byte === lf || byte === cr;
    }
    if (start < bytes.length) held.push(bytes.slice(start));
    return frames;
  };
  return { push, end: () => new Uint8Array(Buffer.concat(held)) };
}

const decoder = new TextDecoder();

function dataOf(bytes: Uint8Array): string | undefined {
  const lines = decoder
    .decode(bytes)
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => (line[5] === " " ? line.slice(6) : line.slice(5)));
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** An event in its usual form. `json` is one line. */
export function eventBytes(type: string, json: string): Uint8Array {
  return new TextEncoder().encode(`event: ${type}\ndata: ${json}\n\n`);
}

/**
 * The frames of a body. Throws what breaks the body, and what `signal` says when it fires. What stands behind the last
 * blank line is no event.
 */
export async function* framesOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Frame, void, void> {
  const splitter = createFrameSplitter();
  const reader = body.getReader();
  const onAbort = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      signal.throwIfAborted();
      if (done) break;
      yield* splitter.push(value);
    }
    const rest = splitter.end();
    // A CR alone may have ended the last line: whether an LF would follow was not known yet.
    if (rest.at(-1) === cr) yield* createFrameSplitter().push(new Uint8Array([...rest, lf]));
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Whoever stops listening lets the workspace know.
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}
