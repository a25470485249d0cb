// Signatures made by minisign 0.11 itself, and what can be wrong with one.
import { describe, expect, test } from "bun:test";
import { parsePublicKey, verifyMinisign } from "./minisign.ts";

const keyLine = "RWRnwf+boTP2/Yv8zeabbb1N0ocL7Aj4z9YytW9LFVodv/n8EKlson1k";
const otherKeyLine = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
const message = new TextEncoder().encode("A list of checksums\n");
const own = "RURnwf+boTP2/au/mgFcSYygf8KrdH/Nm7hPdO3oTrsLlCtqkdDd/fvD67Btzz9oZX1hJf0ft+VW8Cz2cPOeCI/8RxHnNqjiFwU=";
const over = "wTkKfXOPsEhJ04w7DTISZfZ6xILVy8mKMdtqCW4nR+X29jumMXe1pzMjs4mcWzez7MgI0WIKvkOWoc407vB3Dw==";
const signature = [
  "untrusted comment: signature from minisign secret key",
  own,
  "trusted comment: mortar 1.2.3",
  over,
  "",
].join("\n");
const keys = [parsePublicKey(keyLine)];

test("a signature of minisign's is right, and gives its comment", () => {
  expect(verifyMinisign(message, signature, keys)).toBe("mortar 1.2.3");
  expect(verifyMinisign(message, signature, [parsePublicKey(otherKeyLine), ...keys])).toBe("mortar 1.2.3");
});

test("a key is read alone, or below its comment", () => {
  expect(parsePublicKey(`untrusted comment: a key\n${keyLine}\n`)).toEqual(parsePublicKey(keyLine));
  expect(() => parsePublicKey("ssh-ed25519 AAAA")).toThrow("not a minisign public key");
  expect(() => parsePublicKey("")).toThrow("not a minisign public key");
});

describe("refused", () => {
  // The older form, over the file itself; minisign -l makes it.
  const old = signature.replace(
    own,
    "RWRnwf+boTP2/XYCAHnAwYJUSamRjTAEj0w9iVlq0PsHegKEVSRmTdKAajRxO67ZxQ7jQogKktHbetqtZs1zv406JCxycLO2hQw=",
  );
  test.each([
    ["another file", `${signature}`, new TextEncoder().encode("A list of checksums!\n"), "does not fit the file"],
    ["a changed comment", signature.replace("1.2.3", "1.2.4"), message, "its comment was changed"],
    ["a changed signature", signature.replace("RURnwf+boTP2/au", "RURnwf+boTP2/bu"), message, "does not fit the file"],
    [
      "a changed second signature",
      signature.replace(over, over.replace("wTkK", "xTkK")),
      message,
      "comment was changed",
    ],
    ["the older form", old, message, "not a signature"],
    ["HTML", "<html>\n<body>\nSign in\n</body>\n", message, "not a signature"],
    ["nothing", "", message, "not a signature"],
    ["one line too many", `${signature}more\n`, message, "not a signature"],
    ["no second signature", signature.replace(over, ""), message, "not a signature"],
  ])("%s", (_name, text, bytes, why) => {
    expect(() => verifyMinisign(bytes, text, keys)).toThrow(why);
  });

  test("a key that is not known, also under a known name", () => {
    expect(() => verifyMinisign(message, signature, [])).toThrow("does not know");
    expect(() => verifyMinisign(message, signature, [parsePublicKey(otherKeyLine)])).toThrow("does not know");
    const imposter = { id: keys[0]?.id ?? "", bytes: parsePublicKey(otherKeyLine).bytes };
    expect(() => verifyMinisign(message, signature, [imposter])).toThrow("does not fit the file");
  });
});
