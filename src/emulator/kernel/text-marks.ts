// Takes the marks out of the text that a Python process prints: each says where one message belongs.

export type TextPart = { readonly text: string } | { readonly mark: true };

/** Splits a stream of bytes into text and marks (`NUL token:number NUL`), however the bytes are cut. */
export function createTextSplitter(token: string): { push(bytes: Uint8Array): TextPart[]; end(): TextPart[] } {
  const start = Buffer.from(`\0${token}:`);
  const longestMark = start.length + 20;
  const decoder = new TextDecoder();
  let held = Buffer.alloc(0);

  return { push, end };

  function push(bytes: Uint8Array): TextPart[] {
    let rest = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
    const parts: TextPart[] = [];
    for (;;) {
      const at = rest.indexOf(start);
      const close = at === -1 ? -1 : rest.indexOf(0, at + start.length);
      if (close === -1) break;
      addText(parts, rest.subarray(0, at));
      parts.push({ mark: true });
      rest = rest.subarray(close + 1);
    }
    const keep = beginningOfMark(rest);
    addText(parts, rest.subarray(0, keep));
    held = Buffer.from(rest.subarray(keep));
    return parts;
  }

  function end(): TextPart[] {
    const parts: TextPart[] = [];
    const text = decoder.decode(held) + decoder.decode();
    if (text !== "") parts.push({ text });
    held = Buffer.alloc(0);
    return parts;
  }

  function addText(parts: TextPart[], bytes: Uint8Array): void {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== "") parts.push({ text });
  }

  /** Where an unfinished mark may begin: everything from there waits for more bytes. */
  function beginningOfMark(bytes: Buffer): number {
    for (let at = Math.max(0, bytes.length - longestMark); at < bytes.length; at += 1) {
      if (bytes[at] !== 0) continue;
      const tail = bytes.subarray(at, at + start.length);
      if (start.subarray(0, tail.length).equals(tail)) return at;
    }
    return bytes.length;
  }
}
