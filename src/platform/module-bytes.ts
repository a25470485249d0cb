// JavaScript that is at hand as bytes, as a module: what the build packs into the binary is no file that can be imported.

/** Runs a bundle that imports nothing but built-in modules, and gives what it exports. Throws what the bundle throws. */
export async function importBytes(code: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
