// Build plugin: carries the texts of skills/ inside the binary, packed, in the place of src/skills/embedded.ts.
import { createHash } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { BunPlugin } from "bun";
import { skillTexts } from "../src/skills/embedded.ts";

const store = join(import.meta.dir, "..", "dist", ".skills");

/** The plugin. The same skills give the same bytes. */
export async function skillsPlugin(): Promise<BunPlugin> {
  const packed = await pack(JSON.stringify([...(await skillTexts())]));
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

async function pack(text: string): Promise<string> {
  const name = `${createHash("sha256").update(text).digest("hex").slice(0, 16)}-skills.zst`;
  const out = join(store, name);
  if (await Bun.file(out).exists()) return out;
  await mkdir(store, { recursive: true });
  const fresh = `${out}.new${process.pid}`;
  await Bun.write(fresh, await Bun.zstdCompress(new TextEncoder().encode(text), { level: 19 }));
  await rename(fresh, out);
  return out;
}
