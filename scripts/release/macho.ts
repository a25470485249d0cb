// The code signature of a macOS program, without a Mac. Bun's compiler signs what it makes for Apple chips; for Intel it leaves
// the runtime's own signature, which does not fit the new program: macOS may then kill it when it starts.
// Layout: <mach-o/loader.h> and <Kernel/kern/cs_blobs.h> of Apple's open sources.
import { createHash } from "node:crypto";

const magic64 = 0xfeedfacf;
const segmentCommand = 0x19;
const signatureCommand = 0x1d;
const superBlobMagic = 0xfade0cc0;
const directoryMagic = 0xfade0c02;
const directoryHead = 88;
const pageBytes = 4096;

interface Layout {
  /** Offsets of load commands in the file. */
  readonly signature: number;
  readonly linkedit: number;
  /** Size of the executable segment in bytes. */
  readonly textBytes: number;
}

/** The program with a signature that fits it: as it is where it fits already, else with a new ad-hoc one. Throws for no Mach-O. */
export function signedMacho(program: Uint8Array, identifier: string): Uint8Array {
  return fits(program) ? program : sign(program, identifier);
}

/** Whether the signature covers all of the program, hash by hash, as `codesign --verify` asks. */
export function fits(program: Uint8Array): boolean {
  const file = Buffer.from(program.buffer, program.byteOffset, program.length);
  const layout = readLayout(file);
  const start = file.readUInt32LE(layout.signature + 8);
  const end = start + file.readUInt32LE(layout.signature + 12);
  if (end !== file.length || file.readUInt32BE(start) !== superBlobMagic) return false;
  const directory = start + file.readUInt32BE(start + 16);
  if (file.readUInt32BE(start + 12) !== 0 || file.readUInt32BE(directory) !== directoryMagic) return false;
  const limit = file.readUInt32BE(directory + 32);
  const isOurForm = file.readUInt8(directory + 36) === 32 && file.readUInt8(directory + 39) === 12;
  if (limit !== start || !isOurForm) return false;
  const hashes = pageHashes(file, limit);
  const place = directory + file.readUInt32BE(directory + 16);
  return (
    file.readUInt32BE(directory + 28) * 32 === hashes.length &&
    file.subarray(place, place + hashes.length).equals(hashes)
  );
}

function sign(program: Uint8Array, identifier: string): Uint8Array {
  const layout = readLayout(Buffer.from(program));
  const { signature, linkedit, textBytes } = layout;
  const start = Buffer.from(program).readUInt32LE(signature + 8);
  if (start % 16 !== 0) throw new Error("the signature of the macOS program is not where it can be");
  const name = Buffer.from(`${identifier}\0`);
  const slots = Math.ceil(start / pageBytes);
  const directoryBytes = directoryHead + name.length + slots * 32;
  const blobBytes = 20 + directoryBytes;
  const room = Math.ceil(blobBytes / 16) * 16;
  const file = Buffer.alloc(start + room);
  file.set(program.subarray(0, start));
  // The load commands are signed too: first they say where the new signature is, then they are hashed.
  file.writeUInt32LE(room, signature + 12);
  const linkeditStart = Number(file.readBigUInt64LE(linkedit + 40));
  const linkeditBytes = file.length - linkeditStart;
  file.writeBigUInt64LE(BigInt(Math.ceil(linkeditBytes / 16_384) * 16_384), linkedit + 32);
  file.writeBigUInt64LE(BigInt(linkeditBytes), linkedit + 48);
  writeWords(file, start, [superBlobMagic, blobBytes, 1, 0, 20]);
  const directory = start + 20;
  // Version 2.4; flags: ad hoc, and made by a linker, so that codesign replaces it without being told to.
  writeWords(file, directory, [directoryMagic, directoryBytes, 0x20400, 0x20002]);
  writeWords(file, directory + 16, [directoryHead + name.length, directoryHead, 0, slots, start]);
  file.set([32, 2, 0, 12], directory + 36);
  file.writeBigUInt64BE(BigInt(textBytes), directory + 72);
  // This is a main program, not a library.
  file.writeBigUInt64BE(1n, directory + 80);
  file.set(name, directory + directoryHead);
  file.set(pageHashes(file, start), directory + directoryHead + name.length);
  if (!fits(file)) throw new Error("the new signature of the macOS program does not fit it");
  return file;
}

function readLayout(file: Buffer): Layout {
  if (file.length < 32 || file.readUInt32LE(0) !== magic64) throw new Error("this is no 64-bit Mach-O file");
  let signature: number | undefined;
  let linkedit: number | undefined;
  let textBytes: number | undefined;
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    const name = command === segmentCommand ? file.toString("latin1", at + 8, at + 24).replace(/\0.*$/s, "") : "";
    if (command === signatureCommand) signature = at;
    if (name === "__LINKEDIT") linkedit = at;
    if (name === "__TEXT") textBytes = Number(file.readBigUInt64LE(at + 48));
    at += file.readUInt32LE(at + 4);
  }
  if (signature === undefined || linkedit === undefined || textBytes === undefined) {
    throw new Error("the macOS program has no place for a signature");
  }
  return { signature, linkedit, textBytes };
}

function pageHashes(file: Uint8Array, limit: number): Buffer {
  const hashes: Buffer[] = [];
  for (let at = 0; at < limit; at += pageBytes) {
    hashes.push(
      createHash("sha256")
        .update(file.subarray(at, Math.min(at + pageBytes, limit)))
        .digest(),
    );
  }
  return Buffer.concat(hashes);
}

function writeWords(file: Buffer, at: number, words: readonly number[]): void {
  words.forEach((word, index) => void file.writeUInt32BE(word, at + index * 4));
}
