// Reads a binary property list: what macOS itself makes of every profile. Layout: CFBinaryPList.c of Apple's CoreFoundation.
import type { PlistValue } from "./xml-plist.ts";

interface Layout {
  readonly bytes: Buffer;
  readonly offsetSize: number;
  readonly referenceSize: number;
  readonly count: number;
  readonly table: number;
}

const magic = "bplist00";
const trailerSize = 32;
const mostDepth = 32;
// What one list may hold altogether, so that references to the same parts cannot grow without end.
const mostValues = 100_000;

export function isBinaryPlist(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, magic.length)).toString("latin1") === magic;
}

/** The value; undefined for bytes that are no such list. Dates are seconds since 2001, as they stand there. */
export function readBinaryPlist(given: Uint8Array): PlistValue | undefined {
  const bytes = Buffer.from(given);
  if (!isBinaryPlist(bytes) || bytes.length < magic.length + trailerSize) return undefined;
  try {
    const trailer = bytes.subarray(-trailerSize);
    const layout: Layout = {
      bytes: bytes.subarray(0, -trailerSize),
      offsetSize: trailer.readUInt8(6),
      referenceSize: trailer.readUInt8(7),
      count: unsigned(trailer, 8, 8),
      table: unsigned(trailer, 24, 8),
    };
    let left = mostValues;
    const read = (reference: number, depth: number): PlistValue => {
      left -= 1;
      if (depth > mostDepth || left < 0) throw new Malformed();
      return valueAt(layout, reference, (inner) => read(inner, depth + 1));
    };
    return read(unsigned(trailer, 16, 8), 0);
  } catch (thrown) {
    // A read beyond the end is a RangeError of Node's.
    if (thrown instanceof Malformed || thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

class Malformed extends Error {}

function unsigned(bytes: Buffer, at: number, size: number): number {
  if (size === 8) {
    const value = bytes.readBigUInt64BE(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed();
    return Number(value);
  }
  if (size < 1 || size > 6) throw new Malformed();
  return bytes.readUIntBE(at, size);
}

function valueAt(layout: Layout, reference: number, read: (reference: number) => PlistValue): PlistValue {
  const { bytes, table, offsetSize, count } = layout;
  if (reference >= count) throw new Malformed();
  const at = unsigned(bytes, table + reference * offsetSize, offsetSize);
  const marker = bytes.readUInt8(at);
  const [kind, low] = [marker >> 4, marker & 0x0f];
  if (marker === 0x08 || marker === 0x09) return marker === 0x09;
  if (kind === 0x1) return integer(bytes, at + 1, 1 << low);
  if (kind === 0x2 || marker === 0x33) return low === 2 ? bytes.readFloatBE(at + 1) : bytes.readDoubleBE(at + 1);
  const { size, start } = sized(bytes, at, low);
  switch (kind) {
    case 0x4:
      return Uint8Array.from(part(bytes, start, size));
    case 0x5:
      return part(bytes, start, size).toString("latin1");
    case 0x6:
      return Buffer.from(part(bytes, start, size * 2))
        .swap16()
        .toString("utf16le");
    case 0xa:
      return references(layout, start, size).map(read);
    case 0xd: {
      const keys = references(layout, start, size).map(read);
      const values = references(layout, start + size * layout.referenceSize, size).map(read);
      return Object.fromEntries(keys.map((key, index) => [keyText(key), values[index] ?? ""]));
    }
    default:
      throw new Malformed();
  }
}

/** Integers of up to 4 bytes have no sign, longer ones do. */
function integer(bytes: Buffer, at: number, size: number): number {
  if (size === 8) return Number(bytes.readBigInt64BE(at));
  if (size === 16) return Number(bytes.readBigInt64BE(at + 8));
  return unsigned(bytes, at, size);
}

/** How many parts follow, and where: the count stands in the marker, or behind it as an integer. */
function sized(bytes: Buffer, at: number, low: number): { readonly size: number; readonly start: number } {
  if (low !== 0x0f) return { size: low, start: at + 1 };
  const marker = bytes.readUInt8(at + 1);
  if (marker >> 4 !== 0x1) throw new Malformed();
  const width = 1 << (marker & 0x0f);
  return { size: unsigned(bytes, at + 2, width), start: at + 2 + width };
}

function part(bytes: Buffer, start: number, size: number): Buffer {
  if (start + size > bytes.length) throw new Malformed();
  return bytes.subarray(start, start + size);
}

function references({ bytes, referenceSize }: Layout, start: number, count: number): readonly number[] {
  if (count * referenceSize > bytes.length) throw new Malformed();
  return Array.from({ length: count }, (_, index) => unsigned(bytes, start + index * referenceSize, referenceSize));
}

function keyText(key: PlistValue): string {
  if (typeof key !== "string") throw new Malformed();
  return key;
}
