// Build plugin: carries PDF.js inside the binary, packed, in the place of src/proxy/web/fetch/pdfjs.ts.
import type { BunPlugin } from "bun";
import { pdfjsBytes } from "../src/proxy/web/fetch/pdfjs.ts";
import { packedFile } from "./packed-file.ts";

export async function pdfjsPlugin(): Promise<BunPlugin> {
  const packed = await packedFile(await pdfjsBytes(), "pdfjs");
  return {
    name: "pdfjs",
    setup(build) {
      build.onLoad({ filter: /[\\/]proxy[\\/]web[\\/]fetch[\\/]pdfjs\.ts$/ }, () => ({
        contents: moduleSource(packed),
        loader: "ts",
      }));
    },
  };
}

function moduleSource(packed: string): string {
  return `
import packed from ${JSON.stringify(packed)} with { type: "file" };
export async function pdfjsBytes(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await Bun.zstdDecompress(await Bun.file(packed).bytes()));
}
`;
}
