// The certificate that a person gave: read, looked at, and the name found under which agents may trust it.
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Clock } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import type { TlsFiles } from "./record.ts";

export interface Tls {
  readonly cert: string;
  readonly key: string;
  readonly hostname: "127.0.0.1" | "localhost";
  /** What an agent will refuse it for. */
  readonly trouble: string | undefined;
}

/** Throws `config_invalid` for what is no certificate or not its key, `not_found` for a file that is not there, `io`. */
export async function readTls({ certFile, keyFile }: TlsFiles, clock: Clock): Promise<Tls> {
  const [cert, key] = await Promise.all([readPem(certFile), readPem(keyFile)]);
  const certificate = parse(certFile, cert);
  checkPair(certificate, key, { certFile, keyFile });
  const name = (["127.0.0.1", "localhost"] as const).find((one) => isFor(certificate, one));
  return { cert, key, hostname: name ?? "127.0.0.1", trouble: troubleOf(certificate, name, clock.now()) };
}

async function readPem(path: string): Promise<string> {
  const text = await readTextIfPresent(path);
  if (text === undefined) throw new MortarError("not_found", `There is no file ${path}`);
  if (text.includes("-----BEGIN ")) return text;
  throw new MortarError("config_invalid", `${path} is not a PEM file`, {
    hint: "--tls-cert and --tls-key take PEM files, which begin with -----BEGIN.",
  });
}

function parse(path: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new MortarError("config_invalid", `${path} holds no certificate`, { cause });
  }
}

function checkPair(certificate: X509Certificate, key: string, { certFile, keyFile }: TlsFiles): void {
  const hint = "--tls-key takes the unencrypted PEM key that the certificate was made for.";
  let isPair: boolean;
  try {
    isPair = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new MortarError("config_invalid", `${keyFile} holds no key that can be read`, { hint, cause });
  }
  if (!isPair) throw new MortarError("config_invalid", `${keyFile} is not the key of ${certFile}`, { hint });
}

function isFor(certificate: X509Certificate, name: "127.0.0.1" | "localhost"): boolean {
  return (name === "localhost" ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

function troubleOf(certificate: X509Certificate, name: string | undefined, nowMs: number): string | undefined {
  if (name === undefined) return "it is neither for 127.0.0.1 nor for localhost";
  if (Date.parse(certificate.validTo) < nowMs) return `it ended on ${certificate.validTo}`;
  return undefined;
}
