// Signing in minisign's format, with a key of minisign's that has no password (`minisign -G -W`).
// Format: https://jedisct1.github.io/minisign/#secret-key-format
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { prehash } from "../../src/platform/release/minisign.ts";

export interface SigningKey {
  readonly id: Buffer;
  readonly privateKey: KeyObject;
  /** The public half, as minisign prints it: one line of base64. */
  readonly publicKey: string;
}

// An Ed25519 seed in DER is this and its 32 bytes (RFC 8410, section 7).
const derHead = Buffer.from("302e020100300506032b657004220420", "hex");

/** Reads the text of a secret key file. Throws for one with a password, and for what is none. */
export function parseSigningKey(text: string): SigningKey {
  const bytes = Buffer.from(text.trim().split("\n").at(-1)?.trim() ?? "", "base64");
  if (bytes.length !== 158 || bytes.toString("latin1", 0, 2) !== "Ed")
    throw new Error("this is no minisign secret key");
  if (bytes.readUInt16LE(2) !== 0) {
    throw new Error("the signing key has a password: make one without (minisign -G -W) and keep it in a secret store");
  }
  const [id, secret] = [bytes.subarray(54, 62), bytes.subarray(62, 126)];
  const [seed, point] = [secret.subarray(0, 32), secret.subarray(32)];
  const privateKey = createPrivateKey({ key: Buffer.concat([derHead, seed]), format: "der", type: "pkcs8" });
  // A key without a password has no checksum, but it holds its public half, which follows from the secret one.
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  if (!Buffer.from(x ?? "", "base64url").equals(point)) throw new Error("the signing key is damaged");
  return { id, privateKey, publicKey: Buffer.concat([Buffer.from("Ed"), id, point]).toString("base64") };
}

/** The text of a signature file for `message`, with a comment that the signature covers. The same input gives the same text. */
export function signMinisign({ id, privateKey }: SigningKey, message: Uint8Array, comment: string): string {
  const own = sign(null, prehash(message), privateKey);
  const over = sign(null, Buffer.concat([own, Buffer.from(comment)]), privateKey);
  const signed = Buffer.concat([Buffer.from("ED"), id, own]).toString("base64");
  const lines = ["untrusted comment: signature of a mortar release", signed, `trusted comment: ${comment}`];
  return `${[...lines, over.toString("base64")].join("\n")}\n`;
}

export interface KeyTexts {
  /** The files as minisign reads them. */
  readonly secret: string;
  readonly public: string;
}

export function makeSigningKey(): KeyTexts {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d, x } = privateKey.export({ format: "jwk" });
  const secret = Buffer.concat([Buffer.from(d ?? "", "base64url"), Buffer.from(x ?? "", "base64url")]);
  const id = randomBytes(8);
  const whole = Buffer.concat([Buffer.from("Ed\0\0B2"), Buffer.alloc(48), id, secret, Buffer.alloc(32)]);
  const point = Buffer.concat([Buffer.from("Ed"), id, secret.subarray(32)]);
  return {
    secret: `untrusted comment: minisign secret key without a password, for mortar releases\n${whole.toString("base64")}\n`,
    public: `untrusted comment: minisign public key of mortar releases\n${point.toString("base64")}\n`,
  };
}
