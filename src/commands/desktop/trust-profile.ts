// `mortar desktop trust-profile`: Macs of a fleet trust the certificate that its package is signed with.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Run } from "../../cli/context.ts";
import { trustProfile } from "../../desktop/trust-profile.ts";
import { certificateEnd, certificateWarning } from "../../platform/certificate-end.ts";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf, writeAtomic } from "../../platform/files.ts";
import type { trustFlags } from "./flags.ts";

export const run: Run<typeof trustFlags> = async ({ deps, flags }) => {
  const cert = flags.cert ?? "";
  if (cert === "") throw new MortarError("usage", "--cert is missing", { hint: "Give the certificate: --cert FILE." });
  const pem = await readFile(cert, "utf8").catch((cause: unknown) => {
    throw new MortarError("io", `Cannot read ${cert}: ${errnoOf(cause) ?? String(cause)}`, { cause });
  });
  const content = trustProfile(pem);
  const end = certificateEnd(pem, deps.clock.now());
  const warning = certificateWarning(end);
  if (warning !== undefined) deps.log.warn(warning);
  if (/PRIVATE KEY/.test(pem))
    deps.log.warn(`${cert} holds a private key too; only the certificate goes into the profile`);
  const output = resolve(deps.cwd, flags.output);
  // Nothing in it is secret, and an MDM's upload may run as somebody else.
  if (!flags["dry-run"]) await writeAtomic(output, content, { mode: 0o644 });
  const data = {
    dry_run: flags["dry-run"],
    file: output,
    certificate: {
      name: end.name,
      ends_at: new Date(end.endsAtMs).toISOString(),
      days_left: end.daysLeft,
      verdict: end.verdict,
    },
  };
  return {
    data,
    text: `${flags["dry-run"] ? "Would write" : "Wrote"} ${output}: it trusts ${end.name}, until ${data.certificate.ends_at.slice(0, 10)}\n`,
  };
};
