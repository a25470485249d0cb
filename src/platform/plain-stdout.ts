// Standard output without its stream: a text in a pipe or a file is written at a third of the price.

/** Whether standard output is a pipe, a file or a socket: nothing that has a width or shows colour. */
export async function isPlainStdout(): Promise<boolean> {
  try {
    const found = await Bun.stdout.stat();
    return found.isFile() || found.isFIFO() || found.isSocket();
  } catch {
    return false;
  }
}

/** Writes a text as all that there is to say. A reader that went away (`mortar --help | head -1`) is no failure. */
export async function writePlainStdout(text: string): Promise<void> {
  try {
    await Bun.write(Bun.stdout, text);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    // Loaded for this alone: the entry point has to stay small.
    const { onStdoutFailure } = await import("./output-failure.ts");
    onStdoutFailure(thrown);
  }
}
