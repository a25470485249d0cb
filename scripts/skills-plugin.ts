// Build plugin: carries the texts of skills/ inside the binary, packed, in the place of src/skills/embedded.ts.
import type { BunPlugin } from "bun";
import { skillTexts } from "../src/skills/embedded.ts";
import { packedFile } from "./packed-file.ts";

/** The plugin. The same skills give the same bytes. */
export async function skillsPlugin(): Promise<BunPlugin> {
  const text = JSON.stringify([...(await skillTexts())]);
  const packed = await packedFile(new TextEncoder().encode(text), "skills");
  return {
    name: "skills",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/]skills[\\/]embedded\.ts$/ }, () => ({
        contents: moduleSource(packed),
        loader: "ts",
      }));
    },
  };
}

function moduleSource(packed: string): string {
  return `
import packed from ${JSON.stringify(packed)} with { type: "file" };
export async function skillTexts(): Promise<ReadonlyMap<string, string>> {
  const bytes = await Bun.zstdDecompress(await Bun.file(packed).bytes());
  return new Map(JSON.parse(new TextDecoder().decode(bytes)));
}
`;
}
