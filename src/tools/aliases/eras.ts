// Which generations had a tool so: from one to another, in the order in which they came.
import { generations, type Generation } from "../naming.ts";

const [head, v8, v0, jan14, jan1] = generations;

/** Short names for rows. */
export const eras = { head, v8, v0, jan14, jan1 } as const;

/** All generations from the newest to the oldest that are named; one alone is itself. */
export function span(newest: Generation, oldest: Generation = newest): readonly Generation[] {
  return generations.slice(generations.indexOf(newest), generations.indexOf(oldest) + 1);
}
