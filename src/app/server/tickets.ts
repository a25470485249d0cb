// Admission for one browser, once and soon: what stands in the command that opens it is seen by every user of the machine.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../platform/deps.ts";

export interface Tickets {
  issue(): string;
  /** Whether it is good; from then on it is not. */
  redeem(ticket: string): boolean;
}

const lifeMs = 120_000;

export function createTickets(clock: Clock): Tickets {
  // By their hashes: how long a look-up takes says nothing of a ticket.
  const issued = new Map<string, number>();
  const hashOf = (ticket: string): string => createHash("sha256").update(ticket).digest("base64");
  return {
    issue: () => {
      const ticket = randomBytes(24).toString("base64url");
      issued.set(hashOf(ticket), clock.now() + lifeMs);
      return ticket;
    },
    redeem: (ticket) => {
      const hash = hashOf(ticket);
      const untilMs = issued.get(hash);
      issued.delete(hash);
      return untilMs !== undefined && clock.now() < untilMs;
    },
  };
}
