// The program's own standard streams as a channel of bytes, for protocols that run over them.

export interface ByteChannel {
  /** What arrives; ends with the stream. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Resolves when the text is handed on. Rejects when nobody reads any more (EPIPE). */
  write(text: string): Promise<void>;
}

/** Standard input and output. To be opened once, by whoever owns the streams. */
export function standardChannel(): ByteChannel {
  // A write that fails later than its callback must not end the process with an uncaught error.
  process.stdout.on("error", () => undefined);
  return {
    input: Bun.stdin.stream() as unknown as AsyncIterable<Uint8Array>,
    write: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
      }),
  };
}
