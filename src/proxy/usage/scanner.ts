// Finds what an answer says of its usage while the bytes go by: it holds no more than the line that it is in.
import type { DialectName } from "../dialects.ts";
import { merged, readUsage, type Reading } from "./counts.ts";

export interface UsageScanner {
  /** A piece of the body, cut anywhere. The bytes are not kept. */
  push(bytes: Uint8Array): void;
  /** What was found by now. */
  reading(): Reading | undefined;
  /** The body is complete: what stands in it after the last line end counts too. */
  end(): Reading | undefined;
}

/** A line or document beyond this is not one that tells usage; the answer passes all the same. */
const mostBytes = 4 * 1024 * 1024;

const words = ["usage"];
const marks = words.map((word) => Buffer.from(word));
const newline = 10;

/** `stream` says that the body is server-sent events; else it is one JSON document. */
export function createScanner(dialect: DialectName, stream: boolean): UsageScanner {
  let found: Reading | undefined;
  let held: Buffer[] = [];
  let heldBytes = 0;

  const hold = (bytes: Buffer): void => {
    // Copied: the piece may lie in a buffer that is used again.
    if (bytes.length > 0 && heldBytes + bytes.length <= mostBytes) held.push(Buffer.from(bytes));
    heldBytes += bytes.length;
  };
  const take = (): Buffer => {
    const whole = heldBytes > mostBytes ? Buffer.alloc(0) : Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return whole;
  };
  const read = (line: Buffer): void => {
    if (!marks.some((mark) => line.includes(mark))) return;
    const reading = readUsage(dialect, documentOf(line));
    if (reading !== undefined) found = merged(found, reading);
  };
  const pushLines = (bytes: Buffer): void => {
    const last = bytes.lastIndexOf(newline);
    if (last === -1) return hold(bytes);
    const lines = heldBytes === 0 ? bytes.subarray(0, last) : Buffer.concat([take(), bytes.subarray(0, last)]);
    hold(bytes.subarray(last + 1));
    // Most pieces tell nothing: they are not even split.
    if (!marks.some((mark) => lines.includes(mark))) return;
    let at = 0;
    for (let end = lines.indexOf(newline); end !== -1; end = lines.indexOf(newline, at)) {
      read(lines.subarray(at, end));
      at = end + 1;
    }
    read(lines.subarray(at));
  };

  return {
    push: (bytes) => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (stream) pushLines(buffer);
      else hold(buffer);
    },
    reading: () => found,
    end: () => {
      read(take());
      return found;
    },
  };
}

/** What a document says that is there as a whole: nothing of it is copied. */
export function readWhole(dialect: DialectName, bytes: Uint8Array): Reading | undefined {
  const text = decoder.decode(bytes);
  return words.some((word) => text.includes(word)) ? readUsage(dialect, valueOf(text)) : undefined;
}

const decoder = new TextDecoder();

/** The JSON of a line: with or without the `data:` of an event before it. */
function documentOf(line: Buffer): unknown {
  return valueOf(line.toString("utf8"));
}

function valueOf(text: string): unknown {
  const trimmed = text.trim();
  try {
    const value: unknown = JSON.parse(trimmed.startsWith("data:") ? trimmed.slice(5) : trimmed);
    // Gemini's answers without `alt=sse` are a list.
    return Array.isArray(value) ? value.at(-1) : value;
  } catch {
    return undefined;
  }
}
