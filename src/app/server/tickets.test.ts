// Tickets: good once, and not for long.
import { expect, test } from "bun:test";
import { createTickets } from "./tickets.ts";

test("a ticket lets in once", () => {
  const tickets = createTickets({ now: () => 0, sleep: () => Promise.resolve() });
  const [one, other] = [tickets.issue(), tickets.issue()];
  expect(one).not.toBe(other);
  expect([tickets.redeem(one), tickets.redeem(one), tickets.redeem(other), tickets.redeem("made up")]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("a ticket that is two minutes old lets nobody in", () => {
  const time = { ms: 0 };
  const tickets = createTickets({ now: () => time.ms, sleep: () => Promise.resolve() });
  const ticket = tickets.issue();
  time.ms = 120_000;
  expect(tickets.redeem(ticket)).toBe(false);
});
