// The program in compressed parts: small enough for a file of an app, and named by what they hold.
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** One part as it goes up. */
export interface Part {
  /** Below the app's folder: `parts/0f3a….gz`, by the SHA-256 of the content. */
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface PartWithContent extends Part {
  readonly content: Uint8Array<ArrayBuffer>;
}

export interface PartList {
  /** Of the program as a whole, in hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** In order; one that occurs twice stands there twice. */
  readonly parts: readonly Part[];
}

/**
 * Bytes of the program in one part. Databricks Apps take files of at most 10 MB, and the import API at most 10 MB of base64,
 * which is 7.5 MB of content. Parts begin at fixed places, so that a newer program shares those that are the same: the runtime,
 * which is most of it, comes first.
 */
export const partBytes = 7 * 1024 * 1024;

export const partFolder = "parts";
const pack = promisify(gzip);

export interface Splitting {
  readonly signal: AbortSignal;
  /** Bytes of the program in a part; smaller ones serve tests. */
  readonly bytes?: number;
  /** Called with each part, before the next is made. */
  readonly onPart: (part: PartWithContent, doneBytes: number) => Promise<void> | void;
}

/** Splits a program that lies in a file. The same file gives the same parts, on whatever machine. */
export async function splitProgram(program: Blob, { signal, bytes = partBytes, onPart }: Splitting): Promise<PartList> {
  const whole = createHash("sha256");
  const parts: Part[] = [];
  for (let at = 0; at < program.size; at += bytes) {
    signal.throwIfAborted();
    const plain = new Uint8Array(await program.slice(at, at + bytes).arrayBuffer());
    whole.update(plain);
    const content = new Uint8Array(await pack(plain, { level: 6 }));
    // RFC 1952: the system that packed it. Unknown, lest each system make parts of its own.
    content[9] = 0xff;
    const sha256 = createHash("sha256").update(content).digest("hex");
    const part = { file: `${partFolder}/${sha256.slice(0, 32)}.gz`, sha256, sizeBytes: content.byteLength };
    parts.push(part);
    await onPart({ ...part, content }, Math.min(at + bytes, program.size));
  }
  return { sha256: whole.digest("hex"), sizeBytes: program.size, parts };
}
