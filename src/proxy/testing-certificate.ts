// For tests: a private certificate authority and a server's certificate from it, made anew (X.509 v3, RFC 5280, in DER).
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export interface TestCertificates {
  /** PEM of the authority, for whoever is to trust it. */
  readonly ca: string;
  /** PEM of the server's certificate and of its key. */
  readonly cert: string;
  readonly key: string;
}

/** A server's certificate for these DNS names, and for 127.0.0.1. Valid for a day around now. */
export function testCertificates(names: readonly string[]): TestCertificates {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const alternatives = [...names.map((name) => tlv(0x82, Buffer.from(name))), tlv(0x87, Buffer.from([127, 0, 0, 1]))];
  return {
    ca: certificate({
      subject: "Test Authority",
      publicKey: authority.publicKey,
      signer: authority.privateKey,
      extensions: [extension("2.5.29.19", sequence(boolean(true)), true), extension("2.5.29.15", bits(0x06, 1), true)],
    }),
    cert: certificate({
      subject: "Test Server",
      publicKey: server.publicKey,
      signer: authority.privateKey,
      extensions: [extension("2.5.29.17", sequence(...alternatives), false)],
    }),
    key: String(server.privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}

interface Parts {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

const ecdsaWithSha256 = (): Buffer => sequence(oid("1.2.840.10045.4.3.2"));
const dayMs = 86_400_000;

function certificate({ subject, publicKey, signer, extensions }: Parts): string {
  const nowMs = Date.now();
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256(),
    name("Test Authority"),
    sequence(time(nowMs - dayMs), time(nowMs + dayMs)),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions)),
  );
  const der = sequence(
    body,
    ecdsaWithSha256(),
    tlv(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, signer)])),
  );
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function tlv(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...derLength(content.length)]), content]);
}

/** In as few bytes as it takes, as DER wants it. */
function derLength(size: number): number[] {
  if (size < 0x80) return [size];
  return size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, Buffer.concat(parts));
const integer = (bytes: Buffer): Buffer => tlv(0x02, bytes);
const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.from([value ? 0xff : 0]));
const bits = (value: number, unused: number): Buffer => tlv(0x03, Buffer.from([unused, value]));

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tlv(0x06, Buffer.from(bytes));
}

function name(common: string): Buffer {
  return sequence(tlv(0x31, sequence(oid("2.5.4.3"), tlv(0x0c, Buffer.from(common)))));
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return tlv(0x17, Buffer.from(`${text}Z`));
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), tlv(0x04, value));
}
