// Counts the tokens of what passes, and stops a day that has become too expensive, where a person has set a limit.
import type { Deps } from "../../platform/deps.ts";
import { dialectError } from "../errors/shape.ts";
import { likelyModel } from "../filters/model-of.ts";
import type { Exchange, Filter, ModelRequest, Send } from "../types.ts";
import { createAdmission, type Admission, type Refused } from "./admission.ts";
import type { Budget } from "./budget.ts";
import { fullCounts, type Reading } from "./counts.ts";
import { mostCost } from "./estimate.ts";
import { costOf, priceOf, type Price } from "./prices.ts";
import { localDay } from "./report.ts";
import { openSpending } from "./spending.ts";
import { openUsageStore, type UsageStore } from "./store.ts";
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
  const spending = openSpending(store, options.prices);
  const flushing = setInterval(() => flush(deps, store), options.flushMs ?? 1_000);
  flushing.unref();
  const today = dayOf(deps);
  spending.refresh(today());
  const admission = createAdmission(deps, { ledger: store.ledger, spending, today });
  const priceFor = remembered((model) => priceOf(model, options.prices));
  const warn = warner(deps, store);

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
    if (budget === undefined) return;
    warn(day, spending.of(day), budget);
    // Before the part that was set aside is free again: another proxy sees the one or the other.
    flush(deps, store);
  };
  /** `settled` is called once: when the answer's cost is counted, or there is none. */
  const metered: Within["metered"] = ({ exchange, request, next }, settled) =>
    next(request).then((answer) => {
      if (answer.status >= 300) {
        settled?.();
        return answer;
      }
      const asked = askedOf(exchange, request);
      const onEnd = (reading: Reading | undefined): void => {
        record(asked, reading);
        settled?.();
      };
      return tap(answer, { dialect: exchange.dialect.name, onEnd });
    });
  const costOfRequest = (exchange: Exchange, request: ModelRequest): number => {
    const price = priceFor(likelyModel(exchange, request));
    return price === undefined ? 0 : mostCost(exchange.dialect.name, request, price);
  };

  const filter: Filter = {
    name: "usage",
    summary: "Counts tokens by session, model and day, and keeps to the daily budget",
    byDefault: true,
    applies: ({ dialect }, { method, path }) => method === "POST" && (asks[dialect.name]?.test(path) ?? false),
    handle: (exchange, request, next) => {
      const budget = options.budget();
      const passing = { exchange, request, next };
      if (budget === undefined) return metered(passing, undefined);
      return within(admission, { budget, cost: costOfRequest(exchange, request), passing, metered });
    },
    refuses: ({ dialect }) => {
      const budget = options.budget();
      if (budget === undefined) return undefined;
      const spent = spending.of(today());
      return spent >= budget.dailyUsd ? refusalOf(dialect.name, budget, { kind: "spent", spent }) : undefined;
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

interface Passing {
  readonly exchange: Exchange;
  readonly request: ModelRequest;
  readonly next: Send;
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

interface Within {
  readonly budget: Budget;
  readonly cost: number;
  readonly passing: Passing;
  readonly metered: (passing: Passing, settled: (() => void) | undefined) => Promise<Response>;
}

/** The request, with a part of the budget set aside for it until its cost is known. */
async function within(admission: Admission, { budget, cost, passing, metered }: Within): Promise<Response> {
  const { signal, dialect } = passing.exchange;
  const decided = await admission.enter({ budget, cost, signal });
  if (decided.kind !== "admitted") return refusalOf(dialect.name, budget, decided);
  const settled = (): void => {
    signal.removeEventListener("abort", settled);
    decided.release();
  };
  // A client that leaves between two steps leaves an answer that nobody reads to its end.
  signal.addEventListener("abort", settled);
  try {
    return await metered(passing, settled);
  } catch (thrown) {
    settled();
    throw thrown;
  }
}

/**
 * 403 where the day is over: agents show it at once, and with 429 they would wait and ask again, all day. 429 where what is
 * left may be free again in a moment.
 */
function refusalOf(dialect: Exchange["dialect"]["name"], { dailyUsd }: Budget, { kind, spent }: Refused): Response {
  const cure = "Raise it with `mortar config budget --daily AMOUNT`, or take it off with `mortar config budget --off`.";
  if (kind === "spent") {
    const message = `The daily budget of ${dollars(dailyUsd)} is used up (${dollars(spent)} at list prices). ${cure}`;
    return dialectError(dialect, { status: 403, message });
  }
  const message = `What is left of the daily budget of ${dollars(dailyUsd)} may be needed by requests that are under way (${dollars(spent)} are spent). Try again when they have ended. ${cure}`;
  return dialectError(dialect, { status: 429, message, headers: { "retry-after": "10" } });
}

/** Warns once for each amount that a day's budget has had, over all proxies. */
function warner({ log }: Pick<Deps, "log">, { ledger }: UsageStore) {
  let warned = "";
  return (day: string, spent: number, { dailyUsd, warnAt }: Budget): void => {
    const key = `${day} ${dailyUsd}`;
    if (warned === key || spent < dailyUsd * warnAt) return;
    warned = key;
    try {
      if (!ledger.isFirstWarning(day, dailyUsd)) return;
    } catch (thrown) {
      log.debug(thrown instanceof Error ? thrown.message : String(thrown));
    }
    log.warn(`Today has cost ${dollars(spent)} of the daily budget of ${dollars(dailyUsd)}`);
  };
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function flush(deps: Pick<Deps, "log">, store: UsageStore): void {
  try {
    store.flush();
  } catch (thrown) {
    // A full disk must not stop the models; the counts wait in memory.
    deps.log.debug(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
