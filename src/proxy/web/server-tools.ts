// The server tools of a request, and the client tools that stand in for them on the way to the workspace.
import { isObject } from "../../platform/json.ts";
import type { DomainRules } from "./domains.ts";
import { readUrlSources, type UrlSources } from "./prior-context.ts";

export type WebToolName = "web_search" | "web_fetch";

export interface UserLocation {
  readonly city?: string | undefined;
  readonly region?: string | undefined;
  /** Two letters, ISO 3166-1. */
  readonly country?: string | undefined;
  readonly timezone?: string | undefined;
}

interface WebTool {
  /** How often it may be used in one request. */
  readonly maxUses: number;
  readonly rules: DomainRules;
}

export interface SearchTool extends WebTool {
  readonly location: UserLocation | undefined;
}

export interface FetchTool extends WebTool {
  readonly maxContentTokens: number | undefined;
  /** Which parts of the conversation name addresses that may be fetched. */
  readonly sources: UrlSources;
}

/** The web tools that the request asks of the server, as far as no tool of the user has their name. */
export interface ServerTools {
  readonly search: SearchTool | undefined;
  readonly fetch: FetchTool | undefined;
}

/** Of a tool that names no limit: a model that goes in circles must end some day. */
const mostUses = 20;

/** The server tool that `tool` declares: `web_search_20250305`, `web_fetch_20250910` and whatever comes after them. */
export function webToolOf(tool: unknown): WebToolName | undefined {
  if (!isObject(tool) || typeof tool["type"] !== "string") return undefined;
  const name = /^(web_search|web_fetch)_\d+$/.exec(tool["type"])?.[1];
  return name === "web_search" || name === "web_fetch" ? name : undefined;
}

/** What the tools ask for. A tool of the user's own keeps its name, and the server's is not there then. */
export function readServerTools(tools: readonly unknown[]): ServerTools {
  const taken = new Set(tools.filter((tool) => webToolOf(tool) === undefined).map(nameOf));
  const find = (name: WebToolName): Record<string, unknown> | undefined =>
    taken.has(name) ? undefined : tools.filter(isObject).find((tool) => webToolOf(tool) === name);
  const search = find("web_search");
  const fetch = find("web_fetch");
  return {
    search: search === undefined ? undefined : { ...limits(search), location: locationOf(search["user_location"]) },
    fetch:
      fetch === undefined
        ? undefined
        : {
            ...limits(fetch),
            maxContentTokens: count(fetch["max_content_tokens"]),
            sources: readUrlSources(fetch["url_sources"]),
          },
  };
}

function nameOf(tool: unknown): unknown {
  return isObject(tool) ? tool["name"] : undefined;
}

function limits(tool: Record<string, unknown>): WebTool {
  const rules = { allowed: texts(tool["allowed_domains"]), blocked: texts(tool["blocked_domains"]) };
  return { maxUses: count(tool["max_uses"]) ?? mostUses, rules };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function locationOf(value: unknown): UserLocation | undefined {
  if (!isObject(value)) return undefined;
  const part = (name: string): string | undefined => {
    const text = value[name];
    return typeof text === "string" && text !== "" ? text.slice(0, 100) : undefined;
  };
  return { city: part("city"), region: part("region"), country: part("country"), timezone: part("timezone") };
}

/**
 * The client tool that stands in for a server tool. The same declaration gives the same bytes, so that what a prompt
 * cache holds stays good. `declared` may be an empty object: then it is only there for the history's sake.
 */
export function standIn(name: WebToolName, declared: Readonly<Record<string, unknown>>): object {
  const kept = ["cache_control", "defer_loading"].filter((key) => declared[key] !== undefined);
  return {
    ...definitions[name],
    description: [definitions[name].description, ...ruleWords(declared)].join(" "),
    ...Object.fromEntries(kept.map((key) => [key, declared[key]])),
  };
}

function ruleWords(declared: Readonly<Record<string, unknown>>): string[] {
  const allowed = texts(declared["allowed_domains"]);
  const blocked = texts(declared["blocked_domains"]);
  return [
    ...(allowed.length === 0 ? [] : [`Only these domains are allowed: ${allowed.join(", ")}.`]),
    ...(blocked.length === 0 ? [] : [`These domains are not allowed: ${blocked.join(", ")}.`]),
  ];
}

const definitions = {
  web_search: {
    name: "web_search",
    description:
      "Searches the web and gives the pages that were found: title, address and what they say about the query. Use it for what happened lately, for what changes, and to make sure of facts. Name the pages that an answer rests on, with their addresses.",
    input_schema: {
      type: "object",
      properties: { query: { type: "string", description: "What to search for, in words as for a search engine" } },
      required: ["query"],
    },
  },
  web_fetch: {
    name: "web_fetch",
    description:
      "Fetches a web page, text or PDF and gives its text as markdown. The address has to stand in the conversation already: in a message of the user, or in the result of a tool. Pages that ask to sign in cannot be read.",
    input_schema: {
      type: "object",
      properties: { url: { type: "string", description: "The whole address, with https://" } },
      required: ["url"],
    },
  },
} as const;
