// Bytes into lines, with a limit: a line too long is dropped as it comes, and its two ends are kept to say whose it was.

export type Line =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "too-long"; readonly head: string; readonly tail: string; readonly sizeBytes: number };

const endBytes = 4_096;
const lineFeed = 10;

/** Splits chunks into lines; holds at most `limitBytes` of one line. */
export class LineSplitter {
  readonly #limitBytes: number;
  #parts: Uint8Array[] = [];
  #size = 0;
  #head: Uint8Array | undefined;
  #tail: Uint8Array = new Uint8Array(0);

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The lines that `chunk` completes. */
  *push(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#add(chunk.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
  }

  #add(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#head === undefined && this.#size <= this.#limitBytes) {
      this.#parts.push(part);
      return;
    }
    if (this.#head === undefined) {
      const whole = Buffer.concat(this.#parts);
      this.#head = Buffer.concat([whole.subarray(0, endBytes), part.subarray(0, endBytes)]).subarray(0, endBytes);
      this.#tail = whole.subarray(-endBytes);
      this.#parts = [];
    }
    this.#tail = Buffer.concat([this.#tail, part.subarray(-endBytes)]).subarray(-endBytes);
  }

  #take(): Line {
    const [head, tail, sizeBytes] = [this.#head, this.#tail, this.#size];
    const parts = this.#parts;
    this.#parts = [];
    this.#size = 0;
    this.#head = undefined;
    this.#tail = new Uint8Array(0);
    if (head !== undefined) return { kind: "too-long", head: decode(head), tail: decode(tail), sizeBytes };
    return {
      kind: "line",
      text: decode(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)),
    };
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
