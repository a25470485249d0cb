// A project's folder as a zip, made while it is sent: neither links nor hidden files, nor what programs can make anew. The archive
// is fflate's; what is in it is deflated by zlib, since fflate keeps the buffers of each of its own entries to the end.
import { Zip, type ZipInputFile } from "fflate";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw, deflateRawSync } from "node:zlib";
import { MortarError } from "../../platform/errors.ts";
import { chunksOf } from "./disk.ts";
import { isMadeAnew } from "./excluded.ts";
import { isGone } from "./file-faults.ts";
import { zipLimitBytes, zipLimitFiles } from "./limits.ts";
import type { Live } from "./live.ts";
import { isHidden } from "./paths.ts";
import { streamOf } from "./stream.ts";
import { walkTree, type Found } from "./walk.ts";

type Chunks = AsyncIterable<Uint8Array<ArrayBuffer>>;
type Content = Chunks | Iterable<Uint8Array<ArrayBuffer>>;

/**
 * Throws `not_found`, and `too_large` for more than a zip without extensions counts, before the stream begins. A file that
 * vanishes meanwhile is empty in it, or ends early.
 */
export async function zipOfFolder(
  live: Live,
  top: readonly string[],
  limitFiles = zipLimitFiles,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { found, isCut } = await walkTree(live.root, top, {
    tells: (parts) => !isHidden(parts.slice(top.length)),
    into: (parts) => !isMadeAnew(parts.at(-1) ?? ""),
    limit: limitFiles,
    signal: live.ended.signal,
  });
  if (isCut) throw tooMuch(`${limitFiles} files and folders`);
  if (found.reduce((sum, one) => sum + mostBytes(one), 0) > zipLimitBytes) throw tooMuch("4 GB");
  return streamOf(archived(live, top, found));
}

function tooMuch(what: string): MortarError {
  return new MortarError("too_large", `The folder has more than ${what}, which is what goes into one zip`, {
    hint: "Take one of the folders in it at a time.",
  });
}

/** What it takes in the archive where it cannot be made smaller, with its name, which is there twice. */
function mostBytes({ parts, facts }: Found): number {
  const content = facts.isFile() ? facts.size * 1.001 : 0;
  return content + 2 * Buffer.byteLength(parts.join("/")) + 200;
}

async function* archived(
  live: Live,
  top: readonly string[],
  found: readonly Found[],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const ready: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((failed, chunk) => {
    if (failed !== null) throw failed;
    ready.push(chunk);
  });
  for (const [index, { parts, facts }] of found.entries()) {
    // A folder with something in it comes with that.
    if (facts.isDirectory() && (found[index + 1]?.parts.length ?? 0) > parts.length) continue;
    live.ended.signal.throwIfAborted();
    const entry = entryOf({ parts: parts.slice(top.length), facts });
    zip.add(entry);
    const content = facts.isDirectory() ? [] : present(chunksOf(live.root, parts, facts.size));
    const packing = facts.isDirectory() || facts.size <= smallBytes ? deflatedAtOnce : deflated;
    for await (const packed of packing(entry, content)) {
      entry.ondata?.(null, packed, false);
      yield* ready.splice(0);
    }
    entry.ondata?.(null, new Uint8Array(), true);
    yield* ready.splice(0);
  }
  zip.end();
  yield* ready.splice(0);
}

const firstMs = Date.UTC(1980, 0, 2);
const lastMs = Date.UTC(2099, 11, 30);
const unix = 3;

function entryOf({ parts, facts }: Found): ZipInputFile {
  const isFolder = facts.isDirectory();
  const kind = isFolder ? 0o040000 : 0o100000;
  return {
    filename: `${parts.join("/")}${isFolder ? "/" : ""}`,
    size: 0,
    crc: 0,
    compression: 8,
    os: unix,
    attrs: (((kind | (facts.mode & 0o777)) << 16) | (isFolder ? 0x10 : 0)) >>> 0,
    // The years that a zip knows.
    mtime: Math.min(Math.max(facts.mtimeMs, firstMs), lastMs),
  };
}

// What is deflated in a moment: a stream of its own takes longer than that.
const smallBytes = 64 * 1024;

async function* deflatedAtOnce(entry: ZipInputFile, content: Content): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  entry.crc = crc32(whole);
  entry.size = whole.length;
  yield Uint8Array.from(deflateRawSync(whole));
}

/** The content, made small, counted into the entry's checksum and size. */
async function* deflated(entry: ZipInputFile, content: Content): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      entry.crc = crc32(chunk, entry.crc);
      entry.size += chunk.length;
      yield chunk;
    }
  };
  const deflate = createDeflateRaw();
  const feeding = pipeline(Readable.from(counted()), deflate);
  // Its failure ends the reading below as well, and is thrown there.
  feeding.catch(() => undefined);
  try {
    for await (const chunk of deflate) yield Uint8Array.from(chunk as Buffer);
    await feeding;
  } finally {
    deflate.destroy();
  }
}

/** A file that is gone by now is an empty one. */
async function* present(chunks: Chunks): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    yield* chunks;
  } catch (thrown) {
    if (!isGone(thrown)) throw thrown;
  }
}
