// What the filter does with a request that has web tools: it sends them as client tools, and runs what the model calls.
import type { Deps } from "../../platform/deps.ts";
import { buildInfo } from "../../build-info.ts";
import type { Exchange, Filter, ModelRequest, Send } from "../types.ts";
import { draftOf, type Draft } from "./draft.ts";
import { documentProcesses } from "./fetch/document-process.ts";
import { createFetcher } from "./fetch/fetch-page.ts";
import { publicNetwork } from "./fetch/guard.ts";
import type { WebToolsOptions } from "./filter.ts";
import { contextTexts } from "./prior-context.ts";
import { createRunner, type FetchPage, type Runner } from "./runner.ts";
import { openSearch, type OpenSearch } from "./search/open.ts";
import type { WebSettings } from "./settings.ts";
import { answerStrayCalls, type StrayAnswers } from "./stray-calls.ts";
import { isEventStream, streamedTurn } from "./streamed-turn.ts";
import { mostPatienceMs, patientSend } from "./patience.ts";
import type { Turn } from "./turn.ts";
import { wholeTurn } from "./whole-turn.ts";

/** What lasts from request to request. */
interface Service {
  readonly deps: Deps;
  readonly settings: () => WebSettings;
  readonly fetchPage: FetchPage;
  readonly openSearch: OpenSearch;
  readonly strays: StrayAnswers;
}

export function openWebTools(
  deps: Deps,
  settings: () => WebSettings,
  options: WebToolsOptions,
): { handle: Filter["handle"] } {
  const { network = publicNetwork, read = documentProcesses(deps), ca } = options;
  const service: Service = {
    deps,
    settings,
    fetchPage: createFetcher({ deps, network, read, version: buildInfo.version, ca }),
    openSearch: openSearch(deps, options),
    strays: new Map(),
  };
  return { handle: (exchange, request, next) => handle(service, { exchange, request, next }) };
}

interface Handling {
  readonly exchange: Exchange;
  readonly request: ModelRequest;
  readonly next: Send;
}

async function handle(service: Service, handling: Handling): Promise<Response> {
  const { exchange, request, next } = handling;
  const draft = draftOf(request.body);
  // The words stood in a text.
  if (draft === undefined) return next(request);
  const headers = headersFor(request.headers);
  const send = async (one: Draft): Promise<Response> => readable(await next({ ...request, headers, body: one.body() }));
  if (request.path.endsWith("/count_tokens")) return send(draft);
  const left = new AbortController();
  const signal = AbortSignal.any([exchange.signal, left.signal]);
  const runner = runnerFor(service, { exchange, draft, signal });
  const asked = draft.withMessages(await answerStrayCalls(draft, runner, service.strays));
  const answer = await send(asked);
  const { status, headers: said, body } = answer;
  if (status >= 300 || body === null) return answer;
  const { clock } = service.deps;
  const patient = patientSend(send, { clock, signal, limitMs: mostPatienceMs });
  const turn: Turn = { draft: asked, runner, send: patient, clock, signal };
  if (isEventStream(said)) return new Response(streamOf(streamedTurn(turn, body), left), { status, headers: said });
  const whole = await wholeTurn(turn, await answer.text());
  return typeof whole === "string" ? new Response(whole, { status, headers: said }) : whole;
}

interface Running {
  readonly exchange: Exchange;
  readonly draft: Draft;
  readonly signal: AbortSignal;
}

function runnerFor({ deps, settings, fetchPage, openSearch: open }: Service, running: Running): Runner {
  const { exchange, draft, signal } = running;
  const now = settings();
  return createRunner({
    tools: draft.tools,
    search: open(now, exchange),
    fetchPage,
    budgetBytes: now.fetchBudgetBytes,
    context: () => contextTexts(JSON.parse(new TextDecoder().decode(draft.body())), ["web_search", "web_fetch"]),
    clock: deps.clock,
    log: deps.log,
    signal,
  });
}

/** The answer is read here: as it is. What announces the tools would be refused, like the tools themselves. */
function headersFor(from: Headers): Headers {
  const headers = new Headers(from);
  headers.set("accept-encoding", "identity");
  const betas = headers.get("anthropic-beta");
  if (betas === null) return headers;
  const kept = betas.split(",").filter((beta) => !/^web-(?:search|fetch)-/.test(beta.trim()));
  if (kept.length === 0) headers.delete("anthropic-beta");
  else headers.set("anthropic-beta", kept.join(",").trim());
  return headers;
}

const formats: Readonly<Record<string, Bun.CompressionFormat>> = {
  gzip: "gzip",
  deflate: "deflate",
  br: "brotli",
  zstd: "zstd",
};

/** An answer whose body can be read and changed: some servers compress though they were asked not to. */
function readable(answer: Response): Response {
  const { status, headers: from, body } = answer;
  if (status >= 300 || body === null) return answer;
  const format = formats[from.get("content-encoding")?.trim().toLowerCase() ?? ""];
  const headers = new Headers(from);
  for (const name of ["content-length", "content-encoding", "content-md5", "digest", "etag"]) headers.delete(name);
  if (format === undefined) return new Response(body, { status, headers });
  const unpack = new DecompressionStream(format as CompressionFormat) as ReadableWritablePair<Uint8Array, Uint8Array>;
  return new Response(body.pipeThrough(unpack), { status, headers });
}

/** Written only as fast as the client reads; `left` fires when it goes. What is thrown breaks its connection. */
function streamOf(turn: AsyncGenerator<Uint8Array, void, void>, left: AbortController): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await turn.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (thrown) {
          left.abort();
          controller.error(thrown);
        }
      },
      cancel: async () => {
        left.abort();
        await turn.return().catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
