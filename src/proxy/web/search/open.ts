// The back end that is set, for one request.
import type { Deps } from "../../../platform/deps.ts";
import { createSend } from "../../send.ts";
import { dialects } from "../../dialects.ts";
import type { Exchange, ModelRequest } from "../../types.ts";
import { readBraveKey } from "../brave-key.ts";
import type { WebToolsOptions } from "../filter.ts";
import { WebRefusal } from "../refusal.ts";
import type { Search } from "../runner.ts";
import type { WebSettings } from "../settings.ts";
import { braveSearch } from "./brave.ts";
import { duckduckgoSearch } from "./duckduckgo.ts";
import { searxngSearch } from "./searxng.ts";
import { workspaceSearch } from "./workspace.ts";
import { newestGpt } from "./workspace-model.ts";

export type OpenSearch = (settings: WebSettings, exchange: Exchange) => Search;

const noSearch: Search = () =>
  Promise.reject(
    new WebRefusal("unavailable", "Searching is switched off here. Answer from what you know, or ask for an address."),
  );

export function openSearch(deps: Deps, options: WebToolsOptions): OpenSearch {
  const { search } = options;
  if (search !== undefined) return () => search;
  const send = options.send ?? createSend(deps);
  const findModel = options.model ?? ((exchange, signal) => newestGpt(deps, exchange, signal));
  return (settings, exchange) => {
    switch (settings.backend) {
      case "brave":
        return braveSearch(deps, { key: async () => (await readBraveKey(deps))?.key });
      case "searxng":
        return searxngSearch(deps, settings.searxngUrl);
      case "duckduckgo":
        return duckduckgoSearch(deps);
      case "none":
        return noSearch;
      default:
        return workspaceSearch({
          model: (signal) =>
            settings.model === undefined ? findModel(exchange, signal) : Promise.resolve(settings.model),
          ask: (body, signal) => send(searchExchange(exchange, signal), requestOf(body)),
        });
    }
  };
}

/** The same session and agent, by another dialect. Written out: a request's exchange finds some of it when it is asked. */
function searchExchange(exchange: Exchange, signal: AbortSignal): Exchange {
  const { id, profile, lease, upstream, session, agent } = exchange;
  return { id, profile, lease, upstream, session, agent, dialect: responsesDialect(), signal };
}

function responsesDialect(): Exchange["dialect"] {
  const found = dialects.find(({ name }) => name === "responses");
  if (found === undefined) throw new TypeError("no such dialect");
  return found;
}

function requestOf(body: object): ModelRequest {
  return {
    method: "POST",
    path: "/responses",
    search: "",
    headers: new Headers({
      "content-type": "application/json",
      accept: "application/json",
      "accept-encoding": "identity",
    }),
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}
