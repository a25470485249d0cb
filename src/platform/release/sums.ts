// A SHA256SUMS file: one line a file, as sha256sum writes it.
import { createHash } from "node:crypto";
import { MortarError } from "../errors.ts";

/** Hashes by file name. Throws `bad_response` when a line is no such line: then it is some other file. */
export function parseSums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, hash, name] = /^([0-9a-f]{64}) [ *]([A-Za-z0-9._-]{1,200})$/.exec(line.trimEnd()) ?? [];
    if (hash === undefined || name === undefined || sums.has(name)) {
      throw new MortarError("bad_response", "The release's list of checksums is not one");
    }
    sums.set(name, hash);
  }
  return sums;
}

/** The file's text, sorted by name. */
export function formatSums(sums: ReadonlyMap<string, string>): string {
  const lines = [...sums].map(([name, hash]) => `${hash}  ${name}\n`);
  return lines.toSorted((left, right) => (left.slice(66) < right.slice(66) ? -1 : 1)).join("");
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
