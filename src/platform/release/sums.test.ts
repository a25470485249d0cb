import { expect, test } from "bun:test";
import { formatSums, parseSums, sha256 } from "./sums.ts";

const [a, b] = [sha256(new TextEncoder().encode("a")), sha256(new TextEncoder().encode("b"))];

test("what is written is read again, sorted by name", () => {
  const text = formatSums(
    new Map([
      ["mortar.rb", b],
      ["mortar-1.2.3-linux-x64.tar.gz", a],
    ]),
  );
  expect(text).toBe(`${a}  mortar-1.2.3-linux-x64.tar.gz\n${b}  mortar.rb\n`);
  expect(parseSums(text).get("mortar.rb")).toBe(b);
  expect(parseSums(text.replaceAll("\n", "\r\n")).size).toBe(2);
  expect(parseSums(`${a} *binary.zip\n`).get("binary.zip")).toBe(a);
});

test("the hash is that of sha256sum", () => {
  expect(a).toBe("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
});

test.each([
  "<html></html>",
  `${"0".repeat(63)}  name\n`,
  `${"0".repeat(64)} name\n`,
  `${"0".repeat(64)}  ../name\n`,
  `${"0".repeat(64)}  a\n${"1".repeat(64)}  a\n`,
  `${"g".repeat(64)}  name\n`,
])("%j is no list", (text) => {
  expect(() => parseSums(text)).toThrow("list of checksums is not one");
});
