// Gathers what one cell shows, in order, up to what a notebook keeps.
import type { CellOutput } from "./types.ts";

/** Bytes of output that one cell may have, as in a notebook. */
const defaultLimitBytes = 20 * 1024 * 1024;
const skipped = "\n*** WARNING: max output size exceeded, skipping output. ***\n";

export interface OutputCollector {
  text(text: string): void;
  add(output: CellOutput): void;
  /** Tells of one output that was too large to be sent. */
  skip(): void;
  /** Whether something was left out. */
  readonly isTruncated: boolean;
  /** What was gathered so far; neighbouring texts are one output. */
  outputs(): readonly CellOutput[];
}

export interface CollectorOptions {
  readonly limitBytes?: number;
  /** Texts that no output shows, as a notebook hides the secrets that were read; it may grow. */
  readonly hidden?: ReadonlySet<string>;
}

export function createCollector(options: CollectorOptions = {}): OutputCollector {
  const { limitBytes = defaultLimitBytes, hidden = new Set() } = options;
  const gathered: CellOutput[] = [];
  let texts: string[] = [];
  let used = 0;
  let full = false;
  let truncated = false;

  return {
    text,
    add,
    skip,
    outputs,
    get isTruncated() {
      return truncated;
    },
  };

  function text(added: string): void {
    if (full || added === "") return;
    const room = limitBytes - used;
    if (added.length <= room) {
      used += added.length;
      texts.push(added);
      return;
    }
    texts.push(added.slice(0, room));
    overflow();
  }

  function add(output: CellOutput): void {
    if (output.type === "text") return text(output.text);
    if (full) return;
    const size = sizeOf(output);
    if (used + size > limitBytes) return overflow();
    used += size;
    flush();
    gathered.push(output);
  }

  function overflow(): void {
    skip();
    full = true;
  }

  function skip(): void {
    truncated = true;
    if (!full) texts.push(skipped);
  }

  function outputs(): readonly CellOutput[] {
    flush();
    if (hidden.size === 0) return [...gathered];
    return gathered.map((output) => redacted(output, hidden));
  }

  function flush(): void {
    if (texts.length === 0) return;
    const joined = texts.join("");
    texts = [];
    const last = gathered.at(-1);
    if (last?.type === "text") gathered[gathered.length - 1] = { type: "text", text: last.text + joined };
    else gathered.push({ type: "text", text: joined });
  }
}

function redacted(output: CellOutput, hidden: ReadonlySet<string>): CellOutput {
  const clean = (text: string): string =>
    [...hidden].reduce((shown, secret) => (secret === "" ? shown : shown.replaceAll(secret, "[REDACTED]")), text);
  if (output.type === "text") return { ...output, text: clean(output.text) };
  return output.type === "html" ? { ...output, html: clean(output.html) } : output;
}

/** What an output takes up, in characters. */
export function sizeOf(output: CellOutput): number {
  if (output.type === "text") return output.text.length;
  if (output.type === "html") return output.html.length;
  if (output.type === "image") return output.base64.length;
  return JSON.stringify(output.rows).length;
}
