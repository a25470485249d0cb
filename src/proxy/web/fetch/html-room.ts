// The way to the reading of HTML and its libraries. The build puts another file in this one's place: in the binary they
// are a bundle of their own, packed and without bytecode, see scripts/apart-plugin.ts.

/** Loads the reading. */
export function loadReadHtml(): Promise<typeof import("./read-html.ts")> {
  return import("./read-html.ts");
}
