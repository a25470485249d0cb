// Runs the calls of one turn: it keeps to the tool's limits, and every call gets a result, which tells why where it is none.
import type { Clock } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import type { Logger } from "../../platform/log.ts";
import { clientId } from "./call-id.ts";
import { isAllowed } from "./domains.ts";
import { isNamed, type ContextText } from "./prior-context.ts";
import { WebRefusal } from "./refusal.ts";
import {
  modelResult,
  resultBlock,
  type Block,
  type FetchedPage,
  type SearchResult,
  type WebOutcome,
} from "./result-block.ts";
import type { ModelCall } from "./round.ts";
import type { FetchTool, SearchTool, ServerTools, UserLocation, WebToolName } from "./server-tools.ts";
import type { DomainRules } from "./domains.ts";

export interface SearchRequest {
  readonly query: string;
  readonly rules: DomainRules;
  readonly location: UserLocation | undefined;
  readonly signal: AbortSignal;
}

/** Throws WebRefusal, and MortarError for what breaks. */
export type Search = (request: SearchRequest) => Promise<readonly SearchResult[]>;

export interface PageRequest {
  readonly url: URL;
  readonly rules: DomainRules;
  /** How much text there may be, in bytes of UTF-8. */
  readonly budgetBytes: number;
  readonly signal: AbortSignal;
}

/** Throws as Search does. */
export type FetchPage = (request: PageRequest) => Promise<FetchedPage>;

export interface RunnerOptions {
  readonly tools: ServerTools;
  readonly search: Search;
  readonly fetchPage: FetchPage;
  readonly budgetBytes: number;
  /** The texts of the conversation up to now; asked for once, and only when a page is to be fetched. */
  readonly context: () => readonly ContextText[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface Runner {
  /** The result block for the client. It throws only when the client has gone. */
  run(call: ModelCall): Promise<Block>;
  /** What has been done, as `usage.server_tool_use` counts it. */
  counts(): { readonly web_search_requests: number; readonly web_fetch_requests: number };
}

/** Whether a call of this name is ours to run. */
export function callsServerTool({ search, fetch }: ServerTools, name: string): name is WebToolName {
  return (name === "web_search" && search !== undefined) || (name === "web_fetch" && fetch !== undefined);
}

const searchLimitMs = 30_000;
const fetchLimitMs = 45_000;
const longestQuery = 1_000;
// Anthropic's tool takes 250; addresses of search engines and document stores are often longer.
const longestUrl = 2_000;
// A token is some four characters of a page.
const bytesPerToken = 4;

export function createRunner(options: RunnerOptions): Runner {
  const { tools, clock, log, signal } = options;
  const used = { web_search: 0, web_fetch: 0 };
  const done = { web_search: 0, web_fetch: 0 };
  const news: ContextText[] = [];
  let known: readonly ContextText[] | undefined;
  const context = (): readonly ContextText[] => {
    known ??= options.context();
    return [...known, ...news];
  };

  const attempt = async (call: ModelCall): Promise<WebOutcome> => {
    const name = call.name === "web_search" ? "web_search" : "web_fetch";
    const tool = name === "web_search" ? tools.search : tools.fetch;
    const asked = tryJson(call.input);
    if (tool === undefined) throw new WebRefusal("unavailable", `There is no tool ${call.name} in this request.`);
    used[name] += 1;
    if (used[name] > tool.maxUses) throw new WebRefusal("max_uses_exceeded", maxUsesWords(name, tool.maxUses));
    const limitMs = name === "web_search" ? searchLimitMs : fetchLimitMs;
    const outcome = await limited(clock, { signal, limitMs }, (within) =>
      name === "web_search" ? searched(options, asked, within) : fetched(options, asked, { context, signal: within }),
    );
    done[name] += 1;
    return outcome;
  };

  return {
    run: async (call) => {
      const startedMs = clock.now();
      const outcome = await attempt(call).catch((thrown: unknown) => {
        signal.throwIfAborted();
        if (!(thrown instanceof WebRefusal)) log.debug(`${call.name}: ${toMortarError(thrown).message}`);
        return refused(thrown);
      });
      const block = resultBlock(call.name === "web_search" ? "web_search" : "web_fetch", clientId(call.id), outcome);
      news.push({ text: modelResult(block).text, from: { tool: call.name, server: true } });
      log.debug(`${call.name}: ${summary(outcome)} after ${clock.now() - startedMs} ms`);
      return block;
    },
    counts: () => ({ web_search_requests: done.web_search, web_fetch_requests: done.web_fetch }),
  };
}

function maxUsesWords(name: WebToolName, maxUses: number): string {
  const times = maxUses === 1 ? "once" : `${maxUses} times`;
  return `${name} may be used ${times} in this request, and has been. Answer with what you have.`;
}

async function searched({ tools, search }: RunnerOptions, asked: unknown, signal: AbortSignal): Promise<WebOutcome> {
  const { rules, location } = tools.search as SearchTool;
  const query = isObject(asked) ? asked["query"] : undefined;
  if (typeof query !== "string" || query.trim() === "") {
    throw new WebRefusal("invalid_tool_input", 'web_search needs {"query": "what to search for"}.');
  }
  if (query.length > longestQuery) {
    throw new WebRefusal("query_too_long", `The query has more than ${longestQuery} characters. Use fewer words.`);
  }
  const found = await search({ query: query.trim(), rules, location, signal });
  // Whatever the back end makes of the rules, no other address gets through.
  const results = found.filter(({ url }) => URL.canParse(url) && isWeb(new URL(url)) && isAllowed(new URL(url), rules));
  return { kind: "search", results };
}

interface Fetching {
  readonly context: () => readonly ContextText[];
  readonly signal: AbortSignal;
}

async function fetched(options: RunnerOptions, asked: unknown, { context, signal }: Fetching): Promise<WebOutcome> {
  const { rules, maxContentTokens, sources } = options.tools.fetch as FetchTool;
  const given = isObject(asked) ? asked["url"] : undefined;
  if (typeof given !== "string" || !URL.canParse(given.trim()) || !isWeb(new URL(given.trim()))) {
    throw new WebRefusal("invalid_tool_input", 'web_fetch needs {"url": "https://..."}.');
  }
  const url = new URL(given.trim());
  if (url.href.length > longestUrl) {
    throw new WebRefusal("url_too_long", `The address has more than ${longestUrl} characters.`);
  }
  if (!isAllowed(url, rules)) throw notInRules(url);
  if (!isNamed(url, context(), sources)) {
    throw new WebRefusal(
      "url_not_in_prior_context",
      "The address does not stand in the conversation. Only addresses that the user or a tool's result has named are fetched; search for the page first, or ask the user for it.",
    );
  }
  const tokens = maxContentTokens ?? Number.POSITIVE_INFINITY;
  const budgetBytes = Math.min(options.budgetBytes, tokens * bytesPerToken);
  return { kind: "page", page: await options.fetchPage({ url, rules, budgetBytes, signal }) };
}

/** The refusal of an address that the tool's domain rules leave out. */
export function notInRules({ hostname }: URL): WebRefusal {
  return new WebRefusal("url_not_allowed", `The domain rules of this request do not allow ${hostname}.`);
}

function isWeb({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "http:";
}

/** Ends with the client's signal and with the time limit, whatever the work does. */
async function limited<T>(
  clock: Clock,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
  work: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const finished = new AbortController();
  const timer = clock.sleep(limitMs, AbortSignal.any([signal, finished.signal])).then(() => {
    const error = new MortarError("timeout", `It took longer than ${Math.round(limitMs / 1000)} seconds`);
    over.abort(error);
    throw error;
  });
  try {
    return await Promise.race([work(AbortSignal.any([signal, over.signal])), timer]);
  } finally {
    finished.abort();
    timer.catch(() => undefined);
  }
}

function refused(thrown: unknown): WebOutcome {
  if (thrown instanceof WebRefusal) return { kind: "refused", refused: { code: thrown.code, message: thrown.message } };
  const { code, message } = toMortarError(thrown);
  const isBusy = code === "rate_limited";
  // What nobody has foreseen may name files of this machine.
  const words = code === "internal" ? "It failed in a way that was not foreseen" : message.replace(/\.$/, "");
  return { kind: "refused", refused: { code: isBusy ? "too_many_requests" : "unavailable", message: `${words}.` } };
}

function summary(outcome: WebOutcome): string {
  if (outcome.kind === "search") return `${outcome.results.length} results`;
  return outcome.kind === "page" ? `${outcome.page.text.length} characters` : outcome.refused.code;
}
