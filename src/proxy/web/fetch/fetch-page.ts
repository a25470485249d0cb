// Fetches a page for the model: guarded at each step, as the site's robots.txt asks, as readable text within a budget.
import type { Clock } from "../../../platform/deps.ts";
import { isAllowed } from "../domains.ts";
import { WebRefusal } from "../refusal.ts";
import type { FetchedPage } from "../result-block.ts";
import { notInRules, type FetchPage, type PageRequest } from "../runner.ts";
import { withinBudget } from "./budget.ts";
import { decodeText } from "./charset.ts";
import { kindOf, type DocumentReader, type ReadDocument } from "./document.ts";
import { admit, type Network } from "./guard.ts";
import { getPinned, type PinDeps, type PinnedAnswer } from "./pinned.ts";
import { createRobotsCache, type RobotsCache } from "./robots-cache.ts";

export interface FetcherOptions {
  readonly deps: PinDeps & { readonly clock: Clock };
  readonly network: Network;
  readonly read: DocumentReader;
  readonly version: string;
  /** Certificates to trust beside the system's, in PEM. */
  readonly ca?: string | undefined;
}

/** The name by which a robots.txt may call us. */
export const robotsToken = "mortar";

const mostRedirects = 5;
const mostHtmlBytes = 8 * 1_048_576;
const mostBytes = 24 * 1_048_576;

/** Makes the fetcher. It keeps what it knows of robots.txt. */
export function createFetcher(options: FetcherOptions): FetchPage {
  const robots = createRobotsCache(options.deps.clock, robotsToken);
  return async (request) => {
    const { url, answer } = await follow(options, request, robots);
    const document = await readable(options, { url, answer, signal: request.signal });
    const text = document.text.trim();
    if (text === "") throw new WebRefusal("unsupported_content_type", `${url.href} has no text that could be read.`);
    return {
      url: url.href,
      title: document.title?.slice(0, 300),
      text: withinBudget(text, request.budgetBytes),
      retrievedAt: new Date(options.deps.clock.now()).toISOString(),
    } satisfies FetchedPage;
  };
}

interface Followed {
  readonly url: URL;
  readonly answer: PinnedAnswer;
}

/** Each hop is judged anew: by the domain rules, by the guard, by the robots.txt of its site. */
async function follow(options: FetcherOptions, request: PageRequest, robots: RobotsCache): Promise<Followed> {
  let { url } = request;
  const get = (target: URL): Promise<PinnedAnswer> =>
    getPinned(options.deps, { ...pin(options, request), url: target });
  for (let hop = 0; hop <= mostRedirects; hop++) {
    if (!isAllowed(url, request.rules)) throw notInRules(url);
    // Before its robots.txt is asked for: a refused site is not spoken to at all.
    await admit(url, options.network);
    const rules = await robots.rulesFor(url, get);
    if (!rules.allows(`${url.pathname}${url.search}`)) {
      throw new WebRefusal(
        "url_not_allowed",
        `The robots.txt of ${url.host} asks programs not to fetch ${url.pathname}.`,
      );
    }
    const answer = await get(url);
    const { location } = answer;
    if (location === undefined) return { url, answer: checked(url, answer) };
    if (location.protocol !== "https:" && (url.protocol === "https:" || location.protocol !== "http:")) {
      throw new WebRefusal("url_not_allowed", `${url.host} leads on to ${location.protocol}//, which is not followed.`);
    }
    url = location;
  }
  throw new WebRefusal("url_not_accessible", `It leads on more than ${mostRedirects} times.`);
}

function pin({ network, version, ca }: FetcherOptions, { signal }: PageRequest) {
  return { network, signal, ca, mostBytes, userAgent: `Mozilla/5.0 (compatible; ${robotsToken}/${version})` };
}

function checked(url: URL, answer: PinnedAnswer): PinnedAnswer {
  const { status } = answer;
  if (status < 300) return answer;
  if (status === 429) throw new WebRefusal("too_many_requests", `${url.host} asks to be left alone for a while (429).`);
  const what = status === 401 || status === 403 ? "does not show it to everybody" : "does not give it";
  throw new WebRefusal("url_not_accessible", `${url.host} ${what}: HTTP status ${status}.`);
}

async function readable(
  { read }: FetcherOptions,
  { url, answer, signal }: Followed & { readonly signal: AbortSignal },
): Promise<ReadDocument> {
  const bytes = answer.body ?? new Uint8Array();
  const type = answer.headers.get("content-type");
  const kind = kindOf(type, bytes);
  if (kind === "pdf") return read({ kind, base64: Buffer.from(bytes).toString("base64") }, signal);
  if (kind === "html" && bytes.length > mostHtmlBytes) {
    throw new WebRefusal("content_too_large", `The page has more than ${mostHtmlBytes / 1_048_576} MiB of HTML.`);
  }
  const text = decodeText(bytes, type);
  return kind === "html" ? read({ kind, text, url: url.href }, signal) : { title: undefined, text };
}
