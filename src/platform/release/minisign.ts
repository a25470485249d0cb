// Checking signatures in minisign's format: Ed25519 over the BLAKE2b hash of a file, and over a comment with it.
// Format: https://jedisct1.github.io/minisign/#signature-format
import { createHash, createPublicKey, verify } from "node:crypto";
import { MortarError } from "../errors.ts";

export interface PublicKey {
  /** Eight bytes, in hexadecimal: which key signed. */
  readonly id: string;
  /** The 32 bytes of an Ed25519 public key. */
  readonly bytes: Uint8Array;
}

// An Ed25519 key in DER is this and its 32 bytes (RFC 8410, section 4).
const derHead = Buffer.from("302a300506032b6570032100", "hex");
const trustedHead = "trusted comment: ";

/** Reads a key as minisign prints it: the base64 line, alone or below its comment. Throws `config_invalid`. */
export function parsePublicKey(text: string): PublicKey {
  const bytes = Buffer.from(text.trim().split("\n").at(-1)?.trim() ?? "", "base64");
  if (bytes.length !== 42 || bytes.toString("latin1", 0, 2) !== "Ed") {
    throw new MortarError("config_invalid", "This is not a minisign public key");
  }
  return { id: bytes.toString("hex", 2, 10), bytes: bytes.subarray(10) };
}

/** What is signed for a file: its BLAKE2b-512 hash. */
export function prehash(message: Uint8Array): Buffer {
  return createHash("blake2b512").update(message).digest();
}

/**
 * Checks `signature`, the text of a `.minisig` file, over `message` against any of `keys`. Returns its trusted comment.
 * Throws `check_failed` when it is not theirs, or not a signature at all.
 */
export function verifyMinisign(message: Uint8Array, signature: string, keys: readonly PublicKey[]): string {
  const { keyId, own, comment, over } = parseSignature(signature);
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) throw bad("it was made with a key that this program does not know");
  const publicKey = createPublicKey({ key: Buffer.concat([derHead, key.bytes]), format: "der", type: "spki" });
  if (!verify(null, prehash(message), publicKey, own)) throw bad("it does not fit the file");
  if (!verify(null, Buffer.concat([own, Buffer.from(comment)]), publicKey, over)) throw bad("its comment was changed");
  return comment;
}

interface Signature {
  readonly keyId: string;
  readonly own: Buffer;
  readonly comment: string;
  readonly over: Buffer;
}

function parseSignature(text: string): Signature {
  const [head, signed, trusted, global, ...more] = text.replace(/\n$/, "").split("\n");
  const isForm = head?.startsWith("untrusted comment: ") === true && trusted?.startsWith(trustedHead) === true;
  if (!isForm || signed === undefined || global === undefined || more.length > 0) throw bad("it is not a signature");
  const bytes = Buffer.from(signed, "base64");
  const over = Buffer.from(global, "base64");
  // "ED" is the form with the hash; the older form without it is not made any more.
  if (bytes.length !== 74 || bytes.toString("latin1", 0, 2) !== "ED" || over.length !== 64) {
    throw bad("it is not a signature");
  }
  const comment = trusted?.slice(trustedHead.length) ?? "";
  return { keyId: bytes.toString("hex", 2, 10), own: bytes.subarray(10), comment, over };
}

function bad(why: string): MortarError {
  return new MortarError("check_failed", `The release's signature is wrong: ${why}`);
}
