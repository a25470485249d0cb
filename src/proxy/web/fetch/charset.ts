// The text of a page's bytes: by what the bytes themselves, the header and the page say of their encoding.

/** Decodes. A byte order mark counts first, then the header's charset, then the page's own word for it, then UTF-8. */
export function decodeText(bytes: Uint8Array, contentType: string | null): string {
  const label = fromMark(bytes) ?? fromHeader(contentType) ?? fromPage(bytes) ?? "utf-8";
  return decoderFor(label).decode(bytes);
}

/** An encoding that nobody knows is read as UTF-8. */
function decoderFor(label: string): { decode(bytes: Uint8Array): string } {
  try {
    return new TextDecoder(label as Bun.Encoding);
  } catch {
    return new TextDecoder();
  }
}

function fromMark([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : undefined;
}

function fromHeader(contentType: string | null): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? "")?.[1];
}

/** `<meta charset>`, `<meta http-equiv>` and the XML declaration stand in the beginning (HTML standard, "prescan"). */
function fromPage(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 4_096)).toString("latin1");
  const said =
    /<meta[^>]{1,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)/i.exec(head)?.[1] ??
    /^\s*<\?xml[^>]{1,100}?encoding\s*=\s*["']([A-Za-z0-9_:.-]+)/i.exec(head)?.[1];
  // A page that could be read up to here is not UTF-16, whatever it says.
  return said !== undefined && /^utf-?16/i.test(said) ? "utf-8" : said;
}
