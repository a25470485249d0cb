// Searches by a SearXNG server (docs.searxng.org, "Search API"), which has to have JSON among its formats.
import { isObject } from "../../../platform/json.ts";
import { WebRefusal } from "../refusal.ts";
import type { SearchResult } from "../result-block.ts";
import type { Search } from "../runner.ts";
import { askEngine, engineJson, withSites, type EngineDeps } from "./engine.ts";
import { plainText } from "./words.ts";

const engine = "SearXNG";
const mostResults = 10;

/** `base` is the server's address, with its path where it has one. */
export function searxngSearch(deps: EngineDeps, base: string | undefined): Search {
  return async ({ query, rules, signal }) => {
    if (base === undefined || !URL.canParse(base)) {
      throw new WebRefusal(
        "unavailable",
        "SearXNG has no address. The user can give one with `mortar config websearch enable --backend searxng --searxng-url URL`.",
      );
    }
    const url = new URL(base);
    url.pathname = `${url.pathname.replace(/\/+$/, "").replace(/\/search$/, "")}/search`;
    url.search = new URLSearchParams({ q: withSites(query, rules), format: "json" }).toString();
    const answer = await askEngine(deps, { engine, url, headers: { accept: "application/json" }, signal });
    checkStatus(answer.status);
    return resultsOf(engineJson(answer, engine));
  };
}

function checkStatus(status: number): void {
  if (status < 300) return;
  if (status === 403) {
    throw new WebRefusal(
      "unavailable",
      "The SearXNG server does not answer in JSON: `json` has to be among `search.formats` of its settings.yml.",
    );
  }
  if (status === 429) throw new WebRefusal("too_many_requests", "The SearXNG server allows no more searches now.");
  const why = status < 400 ? "leads on to another address, which has to be set in its place" : "fails";
  throw new WebRefusal("unavailable", `The SearXNG server ${why} (HTTP status ${status}).`);
}

function resultsOf(answer: unknown): SearchResult[] {
  const results = isObject(answer) ? answer["results"] : undefined;
  return (Array.isArray(results) ? results : [])
    .filter(isObject)
    .slice(0, mostResults * 2)
    .map(({ url, title, content, publishedDate: date }) => ({
      url: String(url),
      title: plainText(title, 300),
      text: plainText(content, 2_000),
      pageAge: typeof date === "string" ? date.slice(0, 10) : undefined,
    }))
    .slice(0, mostResults);
}
