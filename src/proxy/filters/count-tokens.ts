// Answers the counting of tokens with an estimate where the workspace has none: agents show the context by it.
import { readRefusal } from "../refusal.ts";
import type { Exchange, Filter, ModelRequest, Send } from "../types.ts";
import { estimateTokens } from "./token-estimate.ts";

/** A workspace that has no counting is asked again after so long. */
const keptMs = 3_600_000;

/** Makes the filter. `now` gives milliseconds. */
export function createCountTokens(now: () => number): Filter {
  const absentSince = new Map<string, number>();
  return {
    name: "count-tokens",
    summary: "Answers the counting of tokens with an estimate where the workspace has none",
    byDefault: true,
    applies: ({ dialect }, { method, path, body }) =>
      method === "POST" && body instanceof Uint8Array && (counting[dialect.name]?.test(path) ?? false),
    handle: async (exchange, request, next) => {
      const key = `${exchange.upstream.origin}${exchange.upstream.prefix} ${exchange.dialect.name}`;
      const since = absentSince.get(key);
      if (since !== undefined && Math.abs(now() - since) < keptMs) return estimated(exchange, request);
      const answer = await ask(exchange, request, next);
      if (answer !== undefined && !mayBeAbsent(answer)) return answer;
      if (answer === undefined || (await isAbsent(answer))) absentSince.set(key, now());
      return estimated(exchange, request);
    },
  };
}

const counting: Readonly<Record<string, RegExp>> = {
  anthropic: /^\/v1\/messages\/count_tokens$/,
  gemini: /:countTokens$/,
};

async function ask(exchange: Exchange, request: ModelRequest, next: Send): Promise<Response | undefined> {
  // The older path takes the words for the name of an endpoint.
  const family = await exchange.upstream.family(exchange.signal);
  return family === "serving-endpoints" ? undefined : next(request);
}

function mayBeAbsent({ status }: Response): boolean {
  return status === 404 || status === 405 || status === 501;
}

/** 404 without a word of the model: the path is not there. 405 and 501 say the same. */
async function isAbsent(answer: Response): Promise<boolean> {
  const { response, routeAbsent } = await readRefusal(answer);
  await response.body?.cancel();
  return answer.status !== 404 || routeAbsent;
}

function estimated({ dialect }: Exchange, { body }: ModelRequest): Response {
  const tokens = estimateTokens(parse(body));
  const count = dialect.name === "gemini" ? { totalTokens: tokens } : { input_tokens: tokens };
  return Response.json(count, { headers: { "x-mortar-estimate": "true" } });
}

function parse(body: unknown): unknown {
  try {
    return body instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(body)) : undefined;
  } catch {
    return undefined;
  }
}
