// A configuration profile by which Macs trust a company's own signing certificate. Apple: `com.apple.security.root`, the
// payload for a certificate that is its own root (one of type pkcs1 is installed, and trusted by nobody).
import { X509Certificate } from "node:crypto";
import { MortarError } from "../platform/errors.ts";
import { writePlist } from "../platform/managed/xml-plist.ts";
import { stableUuid } from "./stable-uuid.ts";

const prefix = "mortar.trust";

/**
 * The text of the profile for the first block of a PEM text, which has to be a certificate that signed itself. Each
 * certificate has ids of its own, so that the next one can be rolled out beside the present one. Throws `invalid_input`.
 */
export function trustProfile(pem: string): string {
  const certificate = firstCertificate(pem);
  const fingerprint = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
  const id = `${prefix}.${fingerprint.slice(0, 16)}`;
  const name = /^CN=(.+)$/m.exec(certificate.subject)?.[1] ?? "a signing certificate";
  return writePlist({
    PayloadContent: [
      {
        PayloadType: "com.apple.security.root",
        PayloadIdentifier: `${id}.certificate`,
        PayloadUUID: stableUuid("trust certificate", fingerprint),
        PayloadVersion: 1,
        PayloadDisplayName: name,
        PayloadCertificateFileName: "mortar-signing.cer",
        PayloadContent: Uint8Array.from(certificate.raw),
      },
    ],
    PayloadDisplayName: `Trust in ${name}`,
    PayloadDescription: `Lets this Mac trust programs that are signed with the certificate ${fingerprint}`,
    PayloadIdentifier: `${id}.profile`,
    PayloadType: "Configuration",
    PayloadUUID: stableUuid("trust profile", fingerprint),
    PayloadVersion: 1,
    PayloadScope: "System",
  });
}

function firstCertificate(pem: string): X509Certificate {
  const kind = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1];
  if (kind !== "CERTIFICATE") {
    const what = kind === undefined ? "holds no PEM" : `begins with ${kind}`;
    throw new MortarError("invalid_input", `The file ${what}, and not with a certificate`, {
      hint: "Give the certificate alone (-----BEGIN CERTIFICATE-----), without its key.",
    });
  }
  const certificate = parsed(pem);
  if (!isSelfSigned(certificate)) {
    throw new MortarError("invalid_input", "The certificate was not signed by itself", {
      hint: "A profile makes roots trusted. Give the root that has signed this certificate, or roll it out as your company does.",
    });
  }
  return certificate;
}

/** A certificate that may sign programs and no other certificates is its own root all the same. */
function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.issuer === certificate.subject && certificate.verify(certificate.publicKey);
}

function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new MortarError("invalid_input", "The certificate cannot be understood", { cause });
  }
}
