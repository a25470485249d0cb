// What today has cost so far, with what was counted before this proxy began, and what others count beside it.
import type { Price } from "./prices.ts";
import { sumOf } from "./report.ts";
import type { UsageStore } from "./store.ts";

export interface Spending {
  /** US dollars at list prices. */
  of(day: string): number;
  add(day: string, cost: number): void;
  /** Reads again what the day has cost where another process has counted meanwhile. Throws `io`. */
  refresh(day: string): void;
}

export function openSpending(store: UsageStore, prices: ReadonlyMap<string, Price>): Spending {
  const costs = new Map<string, number>();
  const read = (day: string): void => {
    // One day is all that is asked for.
    costs.clear();
    costs.set(day, sumOf("today", store.rowsOf(day), prices).cost ?? 0);
  };
  return {
    of: (day) => costs.get(day) ?? 0,
    add: (day, cost) => {
      const present = costs.get(day) ?? 0;
      if (!costs.has(day)) costs.clear();
      costs.set(day, present + cost);
    },
    refresh: (day) => {
      if (store.ledger.changedByOthers() || !costs.has(day)) read(day);
    },
  };
}
