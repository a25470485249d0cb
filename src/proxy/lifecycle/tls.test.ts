// Certificates as people give them: theirs, somebody else's, and what is none.
import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testCertificates } from "../testing-certificate.ts";
import { testHome } from "./testing.ts";
import { readTls } from "./tls.ts";

const one = testCertificates(["localhost"]);
const other = testCertificates([]);
const clock = (now: number) => ({ now: () => now, sleep: () => Promise.resolve() });
const dayMs = 24 * 3_600_000;

async function read(cert: string, key: string, nowMs = Date.now()) {
  await using made = await testHome();
  const files = { certFile: join(made.home, "cert.pem"), keyFile: join(made.home, "key.pem") };
  await writeFile(files.certFile, cert);
  await writeFile(files.keyFile, key);
  return await readTls(files, clock(nowMs));
}

test("a pair is taken, and what agents will refuse it for is said", async () => {
  expect(await read(one.cert, one.key)).toMatchObject({ hostname: "127.0.0.1", trouble: undefined });
  expect((await read(one.cert, one.key, Date.now() + 9 * dayMs)).trouble).toContain("it ended on");
});

describe("refused is", () => {
  test.each([
    ["the key of another certificate", one.cert, other.key, "is not the key of"],
    ["a certificate in the place of the key", one.cert, other.cert, "holds no key"],
    ["a key in the place of the certificate", one.key, one.key, "holds no certificate"],
    ["what is neither", "hello", one.key, "is not a PEM file"],
  ])("%s", async (_name, cert, key, words) => {
    await expect(read(cert, key)).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringContaining(words),
    });
  });
});
