// How an emulator shows that it is the one of the run file, before any secret is sent to it.
import { createHmac } from "node:crypto";

/** Answer to a challenge: only who knows the admin token can give it. */
export function proofOf(adminToken: string, challenge: string): string {
  return createHmac("sha256", adminToken).update(`emulator ${challenge}`).digest("hex");
}
