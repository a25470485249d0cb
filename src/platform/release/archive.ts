// Reading the archives of a release: .tar.gz, and the plain .zip files that `scripts/release` makes for Windows.
import { crc32, gunzipSync, inflateRawSync } from "node:zlib";
import { MortarError } from "../errors.ts";

// The program takes 140 MB; what unpacks to more than this is not ours.
const mostBytes = 600_000_000;

/** All files of an archive by their path inside it. Throws `bad_response` for a file that is no whole archive. */
export function readArchive(name: string, bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    return name.endsWith(".zip")
      ? readZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
      : readTarGz(bytes);
  } catch (cause) {
    throw new MortarError("bad_response", `${name} cannot be unpacked`, { cause });
  }
}

function readTarGz(bytes: Uint8Array): Map<string, Uint8Array> {
  const tar = gunzipSync(bytes, { maxOutputLength: mostBytes });
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + 512 <= tar.length;) {
    const head = tar.subarray(at, at + 512);
    if (head[0] === 0) return files;
    const size = Number.parseInt(text(head, 124, 12), 8);
    if (!Number.isSafeInteger(size) || at + 512 + size > tar.length) break;
    const prefix = text(head, 345, 155);
    const path = `${prefix === "" ? "" : `${prefix}/`}${text(head, 0, 100)}`;
    // Type "0" is a file; folders and links are not needed.
    if (head[156] === 0x30) files.set(path, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error("the archive ends too early");
}

function text(block: Uint8Array, start: number, length: number): string {
  const field = Buffer.from(block.subarray(start, start + length)).toString("utf8");
  return field.split("\0")[0]?.trim() ?? "";
}

const endMark = 0x06054b50;
const entryMark = 0x02014b50;

/** APPNOTE.TXT 4.3: the directory at the end names every file, its place, sizes and check sum. */
function readZip(zip: Buffer): Map<string, Uint8Array> {
  const end = zip.length - 22;
  if (end < 0 || zip.readUInt32LE(end) !== endMark) throw new Error("no directory at the end");
  const files = new Map<string, Uint8Array>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== entryMark) throw new Error("the directory is broken");
    const [method, check] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16)];
    const [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const nameLength = zip.readUInt16LE(at + 28);
    const path = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(start, start + packed);
    if (size > mostBytes) throw new Error("a file is too large");
    const whole = method === 8 ? inflateRawSync(content, { maxOutputLength: mostBytes }) : content;
    if (whole.length !== size || crc32(whole) !== check) throw new Error(`${path} is damaged`);
    if (!path.endsWith("/")) files.set(path, whole);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
