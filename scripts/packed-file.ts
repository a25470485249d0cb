// Bytes that go into the binary packed, under a name that only they have: the same bytes give the same file.
import { createHash } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

/** Packs `bytes` with zstd into a file of that name below dist/, and gives its path. */
export async function packedFile(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<string> {
  const store = join(import.meta.dir, "..", "dist", `.${name}`);
  const out = join(store, `${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}-${name}.zst`);
  if (await Bun.file(out).exists()) return out;
  await mkdir(store, { recursive: true });
  const fresh = `${out}.new${process.pid}`;
  await Bun.write(fresh, await Bun.zstdCompress(bytes, { level: 19 }));
  await rename(fresh, out);
  return out;
}
