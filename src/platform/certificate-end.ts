// When a certificate ends, and whether it is time to make the next one.
import { X509Certificate } from "node:crypto";
import { MortarError } from "./errors.ts";

export interface CertificateEnd {
  /** Its common name; the whole subject where there is none. */
  readonly name: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Whole days that are left; negative when it has ended. */
  readonly daysLeft: number;
  /** `ending`: within the 60 days that rolling out another one to a fleet may take. */
  readonly verdict: "valid" | "ending" | "ended" | "not yet valid";
}

const dayMs = 86_400_000;
const noticeDays = 60;

/** Reads the first certificate of a PEM text, or one in DER. Throws `invalid_input` for anything else. */
export function certificateEnd(certificate: string | Uint8Array, nowMs: number): CertificateEnd {
  const read = parse(certificate);
  const endsAtMs = Date.parse(read.validTo);
  const startsAtMs = Date.parse(read.validFrom);
  const daysLeft = Math.floor((endsAtMs - nowMs) / dayMs);
  const name = /^CN=(.+)$/m.exec(read.subject)?.[1] ?? read.subject.replaceAll("\n", ", ");
  return { name, startsAtMs, endsAtMs, daysLeft, verdict: verdictOf({ startsAtMs, endsAtMs, nowMs, daysLeft }) };
}

/** The line for a person; undefined while there is nothing to say. */
export function certificateWarning({ name, endsAtMs, daysLeft, verdict }: CertificateEnd): string | undefined {
  const day = new Date(endsAtMs).toISOString().slice(0, 10);
  if (verdict === "valid") return undefined;
  if (verdict === "not yet valid") return `The certificate ${name} is not valid yet`;
  if (verdict === "ended") return `The certificate ${name} ended on ${day}`;
  return `The certificate ${name} ends on ${day}, in ${daysLeft} ${daysLeft === 1 ? "day" : "days"}: make the next one now, and roll it out beside this one`;
}

function verdictOf(times: Pick<CertificateEnd, "startsAtMs" | "endsAtMs" | "daysLeft"> & { readonly nowMs: number }) {
  if (times.nowMs >= times.endsAtMs) return "ended";
  if (times.nowMs < times.startsAtMs) return "not yet valid";
  return times.daysLeft < noticeDays ? "ending" : "valid";
}

function parse(certificate: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(certificate);
  } catch (cause) {
    throw new MortarError("invalid_input", "This is no certificate", {
      hint: "Give an X.509 certificate as PEM (-----BEGIN CERTIFICATE-----).",
      cause,
    });
  }
}
