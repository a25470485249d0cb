// How a proxy shows that it is this user's before it is sent anything: whoever sits on the port learns nothing.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../platform/secret.ts";

/** Who answers, and on which port it was asked: an answer that was fetched from a proxy elsewhere does not fit. */
export interface Answerer {
  readonly pid: number;
  readonly port: number;
}

/** The answer to a challenge, which only who knows the key can give. */
export function proofOf(key: Secret, challenge: string, { pid, port }: Answerer): string {
  return createHmac("sha256", key.reveal()).update(`proxy ${pid} ${port} ${challenge}`).digest("base64url");
}

export function isProof(given: unknown, key: Secret, challenge: string, answerer: Answerer): boolean {
  if (typeof given !== "string") return false;
  const [one, other] = [Buffer.from(given), Buffer.from(proofOf(key, challenge, answerer))];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A challenge that is worth an answer: bounded, and of no use to sign anything else. */
export function isChallenge(text: string): boolean {
  return /^[\w-]{16,128}$/.test(text);
}
