// The way to the emulator's server, which few start. The build puts another file in this one's place: in the binary the
// server is a bundle of its own, packed and without bytecode, see scripts/apart-plugin.ts.

/** Loads the server. */
export function loadServer(): Promise<typeof import("./server.ts")> {
  return import("./server.ts");
}
