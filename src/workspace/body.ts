// Reads the body of an answer, up to a limit.

export interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** There was more than the limit: the rest was left, and the connection closed. */
  readonly cut: boolean;
}

/**
 * Reads up to `maxBytes`, as it arrives and is unpacked: a small answer can unpack to any size, and one may never end.
 * Throws what the stream throws.
 */
export async function readBody(stream: ReadableStream<Uint8Array> | undefined, maxBytes: number): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (stream === undefined) return { bytes: new Uint8Array(), cut: false };
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(chunks), cut: false };
    chunks.push(value);
    size += value.byteLength;
    if (size <= maxBytes) continue;
    await reader.cancel().catch(() => undefined);
    return { bytes: joined(chunks).subarray(0, maxBytes), cut: true };
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Bun.concatArrayBuffers([...chunks]));
}
