// Writes a ZIP archive of files that are stored as they are (APPNOTE.TXT 4.3): what a folder exports as.

export interface ZipEntry {
  /** With forward slashes, relative. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The archive; the same bytes for the same entries. */
export function createZip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const encoded = new TextEncoder().encode(name);
    const shared = sharedFields(bytes, encoded.byteLength);
    const local = [bytes32(0x04034b50), shared, encoded, bytes];
    directory.push(bytes32(0x02014b50), bytes16(20), shared, centralFields(offset), encoded);
    parts.push(...local);
    offset += lengthOf(local);
  }
  return Buffer.concat([...parts, ...directory, endRecord(entries.length, lengthOf(directory), offset)]);
}

/** Version 2.0, names in UTF-8, stored, dated 1980-01-01 (the first day the format knows), checksum and sizes. */
function sharedFields(bytes: Uint8Array, nameLength: number): Uint8Array {
  const size = bytes32(bytes.byteLength);
  return Buffer.concat([
    bytes16(20),
    bytes16(0x0800),
    bytes16(0),
    bytes16(0),
    bytes16(0x0021),
    bytes32(Bun.hash.crc32(bytes)),
    size,
    size,
    bytes16(nameLength),
    bytes16(0),
  ]);
}

/** No comment, first disk, no attributes, and where the file begins. */
function centralFields(offset: number): Uint8Array {
  return Buffer.concat([bytes16(0), bytes16(0), bytes16(0), bytes32(0), bytes32(offset)]);
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  const counts = [bytes16(0), bytes16(0), bytes16(count), bytes16(count)];
  return Buffer.concat([bytes32(0x06054b50), ...counts, bytes32(size), bytes32(offset), bytes16(0)]);
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

function bytes16(value: number): Uint8Array {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function bytes32(value: number): Uint8Array {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
