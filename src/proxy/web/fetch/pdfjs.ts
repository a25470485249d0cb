// PDF.js as text, to be loaded when a PDF is read. The build puts a packed one in this file's place: as bytecode it would
// be four times as large.
// @ts-expect-error The package says what the module exports; imported as a file it is its path.
// oxlint-disable-next-line import/default
import pdfjs from "unpdf/pdfjs" with { type: "file" };

export async function pdfjsBytes(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await Bun.file(pdfjs as string).bytes());
}
