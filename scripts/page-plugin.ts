// Build plugin: carries the web app's page inside the binary, packed, in the place of src/app/server/page-files.ts.
import { join } from "node:path";
import type { BunPlugin } from "bun";
import { pageFiles } from "../src/app/server/page-files.ts";
import { packedFile } from "./packed-file.ts";

const replaced = join(import.meta.dir, "..", "src", "app", "server", "page-files.ts");

/** The plugin. The same source gives the same bytes. */
export async function pagePlugin(): Promise<BunPlugin> {
  const files = [...(await pageFiles())].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const index = files.map(([path, { bytes, type }]) => ({ path, type, size: bytes.byteLength }));
  const packed = await packedFile(new Uint8Array(Buffer.concat(files.map(([, { bytes }]) => bytes))), "page");
  return {
    name: "page",
    setup(build) {
      build.onLoad({ filter: /[\\/]page-files\.ts$/ }, async ({ path }) => ({
        contents: path === replaced ? moduleSource(packed, JSON.stringify(index)) : await Bun.file(path).text(),
        loader: "ts",
      }));
    },
  };
}

function moduleSource(packed: string, index: string): string {
  return `
import packed from ${JSON.stringify(packed)} with { type: "file" };
const index = ${index};
export async function pageFiles() {
  const bytes = new Uint8Array(await Bun.zstdDecompress(await Bun.file(packed).bytes()));
  let at = 0;
  return new Map(index.map(({ path, type, size }) => [path, { type, bytes: bytes.slice(at, (at += size)) }]));
}
`;
}
