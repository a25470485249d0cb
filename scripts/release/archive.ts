// Writing archives whose bytes depend on their files alone: sorted names, one time, no owner.
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

export interface ArchiveFile {
  /** Path inside the archive. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** A .tar.gz (POSIX.1-1988 ustar) of the files, all of one time in seconds since the epoch. */
export function tarGz(files: readonly ArchiveFile[], timeSeconds: number): Uint8Array {
  const blocks = sorted(files).flatMap((file) => {
    const padding = (512 - (file.content.length % 512)) % 512;
    return [tarHead(file, timeSeconds), file.content, new Uint8Array(padding)];
  });
  const packed = gzipSync(Buffer.concat([...blocks, new Uint8Array(1024)]), { level: 9 });
  // RFC 1952: no time, and "unknown" for the system that packed it.
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

function tarHead({ path, content, executable }: ArchiveFile, timeSeconds: number): Uint8Array {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for an archive`);
  const head = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): number =>
    head.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  head.write(path, 0, "utf8");
  octal(executable ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(timeSeconds, 136, 12);
  head.fill(0x20, 148, 156);
  head.write("0", 156, "latin1");
  head.write("ustar\u000000", 257, "latin1");
  head.write("root", 265, "latin1");
  head.write("root", 297, "latin1");
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return head;
}

/** A .zip (APPNOTE.TXT) of the files, all of one time in seconds since the epoch, taken as UTC. */
export function zip(files: readonly ArchiveFile[], timeSeconds: number): Uint8Array {
  const [time, date] = dosTime(timeSeconds);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content, executable } of sorted(files)) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // Bit 11: the name is UTF-8.
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(time, 6);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(mark(0x04034b50), common, name, packed);
    const tail = Buffer.alloc(14);
    // Made on a Unix, so that the mode is kept.
    tail.writeUInt32LE(((executable ? 0o100755 : 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(mark(0x02014b50), Buffer.from([20, 3]), common, tail, name);
    offset += 30 + name.length + packed.length;
  }
  const size = directory.reduce((total, part) => total + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, mark(0x06054b50), end]);
}

function mark(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function dosTime(timeSeconds: number): [number, number] {
  const at = new Date(timeSeconds * 1000);
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return [time, ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()];
}

function sorted(files: readonly ArchiveFile[]): ArchiveFile[] {
  return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}
