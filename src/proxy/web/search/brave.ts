// Searches by the Brave Search API (api-dashboard.search.brave.com, "Web search").
import type { Secret } from "../../../platform/secret.ts";
import { isObject } from "../../../platform/json.ts";
import { WebRefusal } from "../refusal.ts";
import type { SearchResult } from "../result-block.ts";
import type { Search } from "../runner.ts";
import { askEngine, engineJson, withSites, type EngineDeps } from "./engine.ts";
import { plainText } from "./words.ts";

export interface BraveOptions {
  /** undefined where there is none. */
  readonly key: () => Promise<Secret | undefined>;
  /** For tests: where the API is. */
  readonly url?: string | undefined;
}

const engine = "Brave Search";
const mostResults = 10;
// The API takes 400 characters and 50 words.
const longestQuery = 400;

export function braveSearch(deps: EngineDeps, { key, url = "https://api.search.brave.com" }: BraveOptions): Search {
  return async ({ query, rules, location, signal }) => {
    const secret = await key();
    if (secret === undefined) {
      throw new WebRefusal(
        "unavailable",
        "Brave Search has no key. The user can give one with `mortar config websearch enable --backend brave --brave-key-stdin`, or in BRAVE_API_KEY.",
      );
    }
    const target = new URL("/res/v1/web/search", url);
    const wanted = withSites(query, rules);
    target.searchParams.set("q", wanted.length > longestQuery ? query.slice(0, longestQuery).toWellFormed() : wanted);
    target.searchParams.set("count", String(mostResults));
    target.searchParams.set("text_decorations", "false");
    target.searchParams.set("extra_snippets", "true");
    if (location?.country !== undefined) target.searchParams.set("country", location.country.toUpperCase());
    const headers = { accept: "application/json", "x-subscription-token": secret.reveal() };
    const answer = await askEngine(deps, { engine, url: target, headers, signal });
    checkStatus(answer.status);
    return resultsOf(engineJson(answer, engine));
  };
}

function checkStatus(status: number): void {
  if (status < 300) return;
  if (status === 429)
    throw new WebRefusal("too_many_requests", "The plan of the Brave Search key allows no more searches now.");
  const isKey = status === 401 || status === 403 || status === 422;
  const why = isKey ? "does not take its key" : "fails";
  throw new WebRefusal("unavailable", `Brave Search ${why} (HTTP status ${status}).`);
}

function resultsOf(answer: unknown): SearchResult[] {
  const web = isObject(answer) && isObject(answer["web"]) ? answer["web"]["results"] : undefined;
  return (Array.isArray(web) ? web : []).filter(isObject).map((result) => {
    const { url, title, description, extra_snippets: extra, page_age: age } = result;
    const snippets = [description, ...(Array.isArray(extra) ? extra : [])].map((one) => plainText(one, 1_000));
    return {
      url: String(url),
      title: plainText(title, 300),
      text: [...new Set(snippets)].filter((text) => text !== "").join("\n"),
      pageAge: typeof age === "string" ? age.slice(0, 10) : undefined,
    };
  });
}
