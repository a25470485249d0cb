// Ids that are the same whenever they are made of the same words: a profile that is installed again replaces itself.
import { createHash } from "node:crypto";

const namespace = Buffer.from("5b0f4a0e6c3d4f2b9a57c1d2e3840f16", "hex");

/** A name-based UUID (RFC 9562, version 5), in capitals as Apple writes them. */
export function stableUuid(...words: readonly string[]): string {
  const bytes = createHash("sha1").update(namespace).update(JSON.stringify(words)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex").toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
