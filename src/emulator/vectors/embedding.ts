// Vectors of texts without a model: words and their parts are hashed into a fixed number of places. The same text gives
// the same vector on every machine, and texts that share words are near.
import { createHash } from "node:crypto";

export const embeddingDimension = 256;

/** A vector of length 1, or of zeros for a text without words. */
export function embed(text: string): readonly number[] {
  const vector = Array.from({ length: embeddingDimension }, () => 0);
  for (const word of wordsOf(text)) {
    add(vector, word, 1);
    const padded = `^${word}$`;
    // Parts of words bring `banana` and `bananas` together.
    for (let at = 0; at + 3 <= padded.length; at++) add(vector, padded.slice(at, at + 3), 0.3);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function add(vector: number[], feature: string, weight: number): void {
  const digest = createHash("md5").update(feature).digest();
  const place = digest.readUInt16LE(0) % embeddingDimension;
  const sign = (digest[2] ?? 0) % 2 === 0 ? 1 : -1;
  vector[place] = (vector[place] ?? 0) + sign * weight;
}

/** From -1 to 1; 0 where one of them has no length. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  let product = 0;
  for (const [at, value] of one.entries()) product += value * (other[at] ?? 0);
  const lengths = Math.hypot(...one) * Math.hypot(...other);
  return lengths === 0 ? 0 : product / lengths;
}
