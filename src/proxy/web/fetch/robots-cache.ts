// What sites ask programs to leave alone, asked for once a day and site.
import type { Clock } from "../../../platform/deps.ts";
import { WebRefusal } from "../refusal.ts";
import { decodeText } from "./charset.ts";
import type { PinnedAnswer } from "./pinned.ts";
import { allowsAll, allowsNothing, mostRobotsBytes, parseRobots, type RobotsRules } from "./robots.ts";

/** One GET of an address, as the page itself is asked for: guarded. */
export type Get = (url: URL) => Promise<PinnedAnswer>;

export interface RobotsCache {
  /** The rules of the site of `url`. Throws what the guard throws. */
  rulesFor(url: URL, get: Get): Promise<RobotsRules>;
}

/** RFC 9309, 2.4: no longer than a day. What could not be had is asked for again much sooner. */
const keptMs = 24 * 3_600_000;
const failureKeptMs = 60_000;
const mostSites = 500;
const mostRedirects = 5;

interface Kept {
  readonly rules: RobotsRules;
  readonly untilMs: number;
}

/** `token` is the name by which a robots.txt may call us. */
export function createRobotsCache(clock: Pick<Clock, "now">, token: string): RobotsCache {
  const sites = new Map<string, Kept>();
  return {
    rulesFor: async (url, get) => {
      const known = sites.get(url.origin);
      const now = clock.now();
      if (known !== undefined && now < known.untilMs && known.untilMs - now <= keptMs) return known.rules;
      const { rules, reached } = await load(new URL("/robots.txt", url.origin), { get, token });
      sites.delete(url.origin);
      // The one that was asked for longest ago goes.
      for (const origin of [...sites.keys()].slice(0, Math.max(0, sites.size - mostSites + 1))) sites.delete(origin);
      sites.set(url.origin, { rules, untilMs: now + (reached ? keptMs : failureKeptMs) });
      return rules;
    },
  };
}

interface Loaded {
  readonly rules: RobotsRules;
  readonly reached: boolean;
}

/** RFC 9309, 2.3.1: a 4xx allows all, a 5xx and what cannot be reached allow nothing; five redirects are followed. */
async function load(start: URL, { get, token }: { readonly get: Get; readonly token: string }): Promise<Loaded> {
  let url = start;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const answer = await asked(url, get);
    if (answer === undefined) return { rules: allowsNothing, reached: false };
    const { status, location, body, headers } = answer;
    if (location !== undefined) {
      if (start.protocol === "https:" && location.protocol !== "https:") return { rules: allowsAll, reached: true };
      url = location;
      continue;
    }
    if (status >= 500 || status === 429) return { rules: allowsNothing, reached: false };
    if (status >= 300 || body === undefined) return { rules: allowsAll, reached: true };
    const text = decodeText(body.subarray(0, mostRobotsBytes), headers.get("content-type"));
    // A page in place of the file says nothing about us.
    return { rules: /^\s*</.test(text) ? allowsAll : parseRobots(text, token), reached: true };
  }
  return { rules: allowsAll, reached: true };
}

/** undefined for what cannot be reached. A site that the guard refuses is refused as the page would be. */
async function asked(url: URL, get: Get): Promise<PinnedAnswer | undefined> {
  try {
    return await get(url);
  } catch (thrown) {
    if (!(thrown instanceof WebRefusal) || thrown.code === "url_not_allowed") throw thrown;
    // Too large to be one.
    if (thrown.code === "content_too_large")
      return { status: 404, headers: new Headers(), location: undefined, body: undefined };
    return undefined;
  }
}
