// Searches by DuckDuckGo's page without JavaScript. It has no API: what it shows to programs may change or be a challenge.
import { WebRefusal } from "../refusal.ts";
import type { SearchResult } from "../result-block.ts";
import type { Search } from "../runner.ts";
import { askEngine, withSites, type EngineDeps } from "./engine.ts";
import { plainText } from "./words.ts";

const engine = "DuckDuckGo";
const mostResults = 10;

/** `url` is for tests: where the page is. */
export function duckduckgoSearch(deps: EngineDeps, url = "https://html.duckduckgo.com/html/"): Search {
  return async ({ query, rules, signal }) => {
    const target = new URL(url);
    target.searchParams.set("q", withSites(query, rules));
    const headers = { accept: "text/html", "user-agent": "Mozilla/5.0 (compatible; mortar)" };
    const { status, text } = await askEngine(deps, { engine, url: target, headers, signal });
    // 202 is how a challenge comes; a page of results is 200.
    if (isChallenge(text) || status === 202) throw challenged();
    if (status === 429) throw new WebRefusal("too_many_requests", "DuckDuckGo allows no more searches now.");
    if (status !== 200) throw new WebRefusal("unavailable", `DuckDuckGo fails (HTTP status ${status}).`);
    const results = readResults(text);
    if (results.length > 0 || /no-results|No results/i.test(text)) return results.slice(0, mostResults);
    throw new WebRefusal("unavailable", "DuckDuckGo shows a page that cannot be understood.");
  };
}

function isChallenge(html: string): boolean {
  return /anomaly-modal|anomaly\.js|challenge-form|bots use DuckDuckGo too/i.test(html);
}

function challenged(): WebRefusal {
  return new WebRefusal(
    "unavailable",
    "DuckDuckGo asks for proof that a person searches, which a program cannot give. The user can choose another back end with `mortar config websearch enable --backend`.",
  );
}

/** The results of the page, advertisements left out. */
function readResults(html: string): SearchResult[] {
  const found: { url: string; title: string; text: string; isAd: boolean }[] = [];
  const last = () => found.at(-1);
  new HTMLRewriter()
    .on(".result", {
      element: (element) => {
        const isAd = /\bresult--ad\b/.test(element.getAttribute("class") ?? "");
        found.push({ url: "", title: "", text: "", isAd });
      },
    })
    .on(".result .result__a", {
      element: (element) => {
        const result = last();
        if (result !== undefined && result.url === "") result.url = targetOf(element.getAttribute("href") ?? "");
      },
      text: ({ text }) => {
        const result = last();
        if (result !== undefined) result.title += text;
      },
    })
    .on(".result .result__snippet", {
      text: ({ text }) => {
        const result = last();
        if (result !== undefined) result.text += text;
      },
    })
    .transform(html);
  return found
    .filter(({ url, isAd }) => url !== "" && !isAd)
    .map(({ url, title, text }) => ({
      url,
      title: plainText(title, 300),
      text: plainText(text, 2_000),
      pageAge: undefined,
    }));
}

/** Its links lead over DuckDuckGo's own address; the target stands in `uddg`. Advertisements lead over `y.js`. */
function targetOf(href: string): string {
  const plain = plainText(href, 4_000);
  if (!URL.canParse(plain, "https://duckduckgo.com/")) return "";
  const url = new URL(plain, "https://duckduckgo.com/");
  if (!/(?:^|\.)duckduckgo\.com$/.test(url.hostname)) return url.href;
  const target = url.pathname === "/l/" ? url.searchParams.get("uddg") : null;
  return target !== null && URL.canParse(target) ? new URL(target).href : "";
}
