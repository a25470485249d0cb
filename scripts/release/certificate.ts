// Says in the release's log how long the certificate is good that the macOS package is signed with. It ends nothing: a
// certificate that has ended signs nothing, and the signing itself fails.
import { certificateEnd, certificateWarning } from "../../src/platform/certificate-end.ts";

const pem = process.env["APPLE_INTERNAL_SIGNING_CERT_PEM"] ?? "";
if (pem.trim() === "") {
  console.error("no certificate: APPLE_INTERNAL_SIGNING_CERT_PEM is not set");
} else {
  const end = certificateEnd(pem, Date.now());
  const warning = certificateWarning(end);
  if (warning !== undefined) process.stdout.write(`::warning title=Signing certificate::${warning}\n`);
  else console.error(`${end.name} is good for ${end.daysLeft} days`);
  if (end.verdict === "ended") process.exitCode = 1;
}
