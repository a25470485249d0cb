// A zip archive as it is made: entry after entry, with what one chunk needs in memory. With ZIP64 where the old fields end, which
// fflate has not; names in UTF-8 (APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3).
import { createDeflateRaw, crc32 } from "node:zlib";

export interface ZipEntry {
  /** With `/`; one that ends with it is a folder. */
  readonly name: string;
  readonly mode: number;
  readonly modifiedMs: number;
  /** At most; the content may end before. */
  readonly sizeBytes: number;
  readonly content: () => AsyncIterable<Uint8Array<ArrayBuffer>>;
}

interface Written {
  readonly entry: ZipEntry;
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
  readonly isWide: boolean;
}

const most16 = 0xffff;
const most32 = 0xffff_ffff;

/** The archive's bytes. Throws what an entry's content throws, and then is no archive. */
export async function* zipOf(
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const written: Written[] = [];
  let offset = 0;
  for await (const entry of entries) {
    const done = yield* writeEntry(entry, offset);
    written.push(done.written);
    offset = done.offset;
  }
  yield* directory(written, offset);
}

async function* writeEntry(
  entry: ZipEntry,
  start: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, { readonly written: Written; readonly offset: number }> {
  const name = new TextEncoder().encode(entry.name);
  // Deflate adds at most some bytes per 64 KB to what cannot be made smaller.
  const isWide = entry.sizeBytes > most32 - 2 ** 26;
  const head = localHead(entry, name, isWide);
  yield head;
  let crc = 0;
  let size = 0;
  let packed = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const chunk of entry.content()) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  };
  for await (const chunk of deflated(counted())) {
    packed += chunk.length;
    yield chunk;
  }
  const tail = descriptor({ crc, size, packed, isWide });
  yield tail;
  const offset = start + head.length + packed + tail.length;
  return { written: { entry, name, crc, size, packed, offset: start, isWide }, offset };
}

async function* deflated(content: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const deflate = createDeflateRaw();
  const feeding = feed(deflate, content);
  // Its failure ends the reading below, and is thrown after it.
  feeding.catch((thrown: unknown) => deflate.destroy(thrown instanceof Error ? thrown : new Error(String(thrown))));
  try {
    for await (const chunk of deflate) yield Uint8Array.from(chunk as Buffer);
    await feeding;
  } finally {
    deflate.destroy();
  }
}

async function feed(
  deflate: ReturnType<typeof createDeflateRaw>,
  content: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  for await (const chunk of content) {
    if (deflate.destroyed) return;
    if (deflate.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      deflate.once("drain", resolve);
      deflate.once("close", resolve);
    });
  }
  deflate.end();
}

function localHead(entry: ZipEntry, name: Uint8Array, isWide: boolean): Uint8Array<ArrayBuffer> {
  const extra = isWide ? 20 : 0;
  const head = fields(30 + name.length + extra);
  head
    .u32(0x04034b50)
    .u16(isWide ? 45 : 20)
    .u16(flags)
    .u16(8);
  head.u32(dosTime(entry.modifiedMs)).u32(0);
  head.u32(isWide ? most32 : 0).u32(isWide ? most32 : 0);
  head.u16(name.length).u16(extra).bytes(name);
  if (isWide) head.u16(1).u16(16).u64(0).u64(0);
  return head.done;
}

// Sizes and checksum follow the content; the name is UTF-8.
const flags = 0x0808;

function descriptor(one: Pick<Written, "crc" | "size" | "packed" | "isWide">): Uint8Array<ArrayBuffer> {
  const tail = fields(one.isWide ? 24 : 16);
  tail.u32(0x08074b50).u32(one.crc);
  if (one.isWide) return tail.u64(one.packed).u64(one.size).done;
  return tail.u32(one.packed).u32(one.size).done;
}

function* directory(written: readonly Written[], start: number): Generator<Uint8Array<ArrayBuffer>> {
  let size = 0;
  for (const one of written) {
    const line = directoryLine(one);
    size += line.length;
    yield line;
  }
  const count = written.length;
  if (count >= most16 || start >= most32 || size >= most32) {
    const wide = fields(76);
    wide.u32(0x06064b50).u64(44).u16(45).u16(45).u32(0).u32(0).u64(count).u64(count).u64(size).u64(start);
    yield wide
      .u32(0x07064b50)
      .u32(0)
      .u64(start + size)
      .u32(1).done;
  }
  const end = fields(22);
  end.u32(0x06054b50).u16(0).u16(0).u16(Math.min(count, most16)).u16(Math.min(count, most16));
  yield end.u32(Math.min(size, most32)).u32(Math.min(start, most32)).u16(0).done;
}

function directoryLine({ entry, name, crc, size, packed, offset, isWide }: Written): Uint8Array<ArrayBuffer> {
  const isFar = isWide || offset >= most32;
  const extra = isFar ? 28 : 0;
  const line = fields(46 + name.length + extra);
  // Made by Unix, so that the mode counts.
  line
    .u32(0x02014b50)
    .u16(0x0300 | 45)
    .u16(isFar ? 45 : 20)
    .u16(flags)
    .u16(8);
  line.u32(dosTime(entry.modifiedMs)).u32(crc);
  line.u32(isFar ? most32 : packed).u32(isFar ? most32 : size);
  line.u16(name.length).u16(extra).u16(0).u16(0).u16(0);
  const kind = entry.name.endsWith("/") ? 0o040000 : 0o100000;
  line.u32((((kind | (entry.mode & 0o777)) << 16) | (kind === 0o040000 ? 0x10 : 0)) >>> 0);
  line.u32(isFar ? most32 : offset).bytes(name);
  if (isFar) line.u16(1).u16(24).u64(size).u64(packed).u64(offset);
  return line.done;
}

/** Two seconds are its finest; 1980 its first year and 2107 its last. In UTC, so that an archive does not depend on the server's place. */
function dosTime(ms: number): number {
  const at = new Date(Math.min(Math.max(ms, Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31)));
  const day = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

interface Fields {
  readonly done: Uint8Array<ArrayBuffer>;
  u16(value: number): Fields;
  u32(value: number): Fields;
  u64(value: number): Fields;
  bytes(value: Uint8Array): Fields;
}

function fields(length: number): Fields {
  const done = new Uint8Array(length);
  const view = new DataView(done.buffer);
  let at = 0;
  const put = (bytes: number, set: (at: number) => void): Fields => {
    set(at);
    at += bytes;
    return writer;
  };
  const writer: Fields = {
    done,
    u16: (value) => put(2, (position) => view.setUint16(position, value, true)),
    u32: (value) => put(4, (position) => view.setUint32(position, value, true)),
    u64: (value) => put(8, (position) => view.setBigUint64(position, BigInt(value), true)),
    bytes: (value) => put(value.length, (position) => done.set(value, position)),
  };
  return writer;
}
