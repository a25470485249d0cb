// Bytes of a file as text, in whichever encoding they are, and how many of them a part of that text takes.

export interface FileText {
  readonly text: string;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
}

/** The text of bytes that may end in the middle of a character; undefined where they are no text. */
export function fileText(bytes: Uint8Array, isEnd: boolean): FileText | undefined {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    return {
      text: new TextDecoder(wide, { ignoreBOM: true }).decode(bytes.subarray(0, bytes.length & ~1)),
      encoding: wide,
    };
  }
  // No text has it, and every other kind of file soon has.
  if (bytes.includes(0)) return undefined;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes, { stream: !isEnd }), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

function wideEncoding([first, second]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

/** How many bytes of the file the text is. */
export function bytesOfText({ text, encoding }: FileText): number {
  if (encoding === "utf-8") return Buffer.byteLength(text);
  return encoding === "windows-1252" ? text.length : text.length * 2;
}
