// Counts the tokens of what passes, and stops a day that has become too expensive, where a person has set a limit.
import type { Deps } from "../../platform/deps.ts";
import { dialectError } from "../errors/shape.ts";
import { likelyModel } from "../filters/model-of.ts";
import type { Exchange, Filter, ModelRequest } from "../types.ts";
import type { Budget } from "./budget.ts";
import { fullCounts, type Reading } from "./counts.ts";
import { costOf, priceOf, type Price } from "./prices.ts";
import { localDay, sumOf } from "./report.ts";
import { openUsageStore, readUsageRows, type UsageStore } from "./store.ts";
import { tap } from "./tap.ts";

export interface Meter {
  readonly filter: Filter;
  /** What today has cost so far, in US dollars at list prices. */
  spentToday(): number;
  /** Writes what is not written yet; the meter is not used after that. */
  close(): void;
}

export interface MeterOptions {
  /** Asked for every request: a person may change it while the proxy runs. */
  readonly budget: () => Budget | undefined;
  readonly prices: ReadonlyMap<string, Price>;
  /** How long counts stay in memory at most, in milliseconds. */
  readonly flushMs?: number;
}

/** Opens the meter. Throws `io` when usage cannot be kept; the proxy then runs without. */
export async function openMeter(deps: Pick<Deps, "paths" | "clock" | "log">, options: MeterOptions): Promise<Meter> {
  const store = await openUsageStore(deps);
  const spending = await openSpending(deps, options.prices);
  const flushing = setInterval(() => flush(deps, store), options.flushMs ?? 1_000);
  flushing.unref();
  const today = dayOf(deps);
  const priceFor = remembered((model) => priceOf(model, options.prices));
  let warnedDay = "";

  const record = (asked: Asked, reading: Reading | undefined): void => {
    if (reading === undefined) return;
    const day = today();
    const { profile, agent, session } = asked;
    const model = reading.model ?? asked.model;
    const counts = fullCounts(reading.counts);
    store.add({ day, profile, agent, session, model }, counts);
    const price = priceFor(model);
    if (price !== undefined) spending.add(day, costOf(counts, price));
    const budget = options.budget();
    if (budget === undefined || warnedDay === day || spending.of(day) < budget.dailyUsd * budget.warnAt) return;
    warnedDay = day;
    deps.log.warn(`Today has cost ${dollars(spending.of(day))} of the daily budget of ${dollars(budget.dailyUsd)}`);
  };

  const filter: Filter = {
    name: "usage",
    summary: "Counts tokens by session, model and day, and keeps to the daily budget",
    byDefault: true,
    applies: ({ dialect }, { method, path }) => method === "POST" && (asks[dialect.name]?.test(path) ?? false),
    handle: (exchange, request, next) => {
      const budget = options.budget();
      const spent = budget === undefined ? 0 : spending.of(today());
      if (budget !== undefined && spent >= budget.dailyUsd) {
        return Promise.resolve(overBudget(exchange, budget, spent));
      }
      return next(request).then((answer) => {
        if (answer.status >= 300) return answer;
        const asked = askedOf(exchange, request);
        return tap(answer, { dialect: exchange.dialect.name, onEnd: (reading) => record(asked, reading) });
      });
    },
  };
  return {
    filter,
    spentToday: () => spending.of(today()),
    close: () => {
      clearInterval(flushing);
      store.close();
    },
  };
}

/** What is kept of a request while its answer passes, which may take many minutes: its body is none of it. */
interface Asked {
  readonly profile: string;
  readonly agent: string;
  readonly session: string;
  readonly model: string;
}

function askedOf(exchange: Exchange, request: ModelRequest): Asked {
  const { profile, agent = "", session = "" } = exchange;
  return { profile, agent, session, model: likelyModel(exchange, request) };
}

/** The day of now. It is asked for with every answer, and looked up in the calendar once a second. */
function dayOf({ clock }: Pick<Deps, "clock">): () => string {
  let second = Number.NaN;
  let day = "";
  return () => {
    const nowMs = clock.now();
    const present = Math.floor(nowMs / 1_000);
    if (present !== second) day = localDay(nowMs);
    second = present;
    return day;
  };
}

/** A workspace has a few dozen models; names that somebody makes up are not kept for ever. */
const mostRemembered = 500;

function remembered<T>(find: (name: string) => T): (name: string) => T {
  const found = new Map<string, T>();
  return (name) => {
    const known = found.get(name);
    if (known !== undefined || found.has(name)) return known as T;
    if (found.size >= mostRemembered) found.clear();
    const value = find(name);
    found.set(name, value);
    return value;
  };
}

/** Paths whose answers cost something; the rest (lists, counting) is not tapped. */
const asks: Readonly<Record<string, RegExp>> = {
  anthropic: /\/messages$/,
  responses: /\/responses$/,
  chat: /\/chat\/completions$/,
  gemini: /:(?:streamG|g)enerateContent$/,
};

/** 403: agents show it at once. With 429 they would wait and ask again, all day. */
function overBudget({ dialect }: Exchange, { dailyUsd }: Budget, spent: number): Response {
  const message = `The daily budget of ${dollars(dailyUsd)} is used up (${dollars(spent)} at list prices). Raise it with \`mortar config budget --daily AMOUNT\`, or take it off with \`mortar config budget --off\`.`;
  return dialectError(dialect.name, { status: 403, message });
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

interface Spending {
  of(day: string): number;
  add(day: string, cost: number): void;
}

/** What today has cost, with what was counted before this proxy began. */
async function openSpending(
  deps: Pick<Deps, "paths" | "clock" | "log">,
  prices: ReadonlyMap<string, Price>,
): Promise<Spending> {
  const today = localDay(deps.clock.now());
  const before = sumOf("today", await readUsageRows(deps, today), prices).cost ?? 0;
  const costs = new Map([[today, before]]);
  return {
    of: (day) => costs.get(day) ?? 0,
    add: (day, cost) => {
      const present = costs.get(day) ?? 0;
      // One day is all that is asked for.
      if (!costs.has(day)) costs.clear();
      costs.set(day, present + cost);
    },
  };
}

function flush(deps: Pick<Deps, "log">, store: UsageStore): void {
  try {
    store.flush();
  } catch (thrown) {
    // A full disk must not stop the models; the counts wait in memory.
    deps.log.debug(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
