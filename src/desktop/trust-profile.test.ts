// The profile of trust, from certificates that openssl made and with its parts read by others.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateEnd, certificateWarning } from "../platform/certificate-end.ts";
import { readXmlPlist } from "../platform/managed/plist-text.ts";
import { trustProfile } from "./trust-profile.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-trust-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function certificate(name: string, more: readonly string[] = []): Promise<{ pem: string; key: string }> {
  const [key, pem] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const words = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    pem,
    "-subj",
    `/CN=${name}/O=Example`,
  ];
  const ran = Bun.spawnSync(["openssl", ...words, "-days", "365", ...more]);
  if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
  return { pem: await readFile(pem, "utf8"), key: await readFile(key, "utf8") };
}

describe.skipIf(Bun.which("openssl") === null)("a certificate that signed itself", () => {
  test("becomes a trusted root of the whole machine, with ids of its own", async () => {
    const [{ pem }, other] = [await certificate("Signing A"), await certificate("Signing B")];
    const text = trustProfile(pem);
    const profile = readXmlPlist(text) as Record<string, unknown> & {
      PayloadContent: readonly Record<string, unknown>[];
    };
    expect(profile).toMatchObject({ PayloadScope: "System", PayloadDisplayName: "Trust in Signing A" });
    const [payload] = profile.PayloadContent;
    expect(payload).toMatchObject({ PayloadType: "com.apple.security.root", PayloadDisplayName: "Signing A" });
    const der = payload?.["PayloadContent"] as Uint8Array;
    const shown = Bun.spawnSync(["openssl", "x509", "-inform", "der", "-noout", "-subject"], { stdin: der });
    expect(shown.stdout.toString()).toContain("Signing A");
    for (const line of text.split("\n").filter((one) => /^\t*[A-Za-z0-9+/=]{60,}$/.test(one))) {
      expect(line.trim().length).toBeLessThanOrEqual(76);
    }
    const ids = (one: string): string[] =>
      [...one.matchAll(/<key>Payload(?:UUID|Identifier)<\/key>\s*<string>(.*)<\/string>/g)].map(
        (match) => match[1] ?? "",
      );
    expect(ids(text)).toHaveLength(4);
    expect(trustProfile(pem)).toBe(text);
    for (const id of ids(trustProfile(other.pem))) expect(ids(text)).not.toContain(id);
  });

  test("anything else is refused: a key, a certificate that another signed, no PEM", async () => {
    const { pem, key } = await certificate("Root");
    expect(() => trustProfile(key + pem)).toThrow("begins with");
    expect(() => trustProfile("hello")).toThrow("no PEM");
    expect(() => trustProfile("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n")).toThrow(
      "understood",
    );
    const leaf = await certificate("Leaf", ["-CA", join(folder, "Root.pem"), "-CAkey", join(folder, "Root.key")]);
    expect(() => trustProfile(leaf.pem)).toThrow("not signed by itself");
  });

  test("the time that it has left", async () => {
    const { pem } = await certificate("Ends");
    const start = certificateEnd(pem, 0);
    const day = 86_400_000;
    const at = (ms: number) => certificateEnd(pem, start.endsAtMs + ms);
    expect(start).toMatchObject({ name: "Ends", verdict: "not yet valid" });
    expect(start.endsAtMs - start.startsAtMs).toBe(365 * day);
    expect(
      [at(-61 * day), at(-60 * day), at(-60 * day + 1), at(-1), at(0)].map(({ verdict, daysLeft }) => [
        verdict,
        daysLeft,
      ]),
    ).toEqual([
      ["valid", 61],
      ["valid", 60],
      ["ending", 59],
      ["ending", 0],
      ["ended", 0],
    ]);
    expect(certificateWarning(at(-61 * day))).toBeUndefined();
    expect(certificateWarning(at(-10 * day))).toContain("in 10 days");
    expect(certificateWarning(at(day))).toContain("ended on");
    expect(certificateWarning(start)).toContain("not valid yet");
    expect(() => certificateEnd("hello", 0)).toThrow("no certificate");
  });
});
