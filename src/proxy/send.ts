// The end of the way to the workspace: its address, a token, one refresh when that is refused, the next base when one is absent.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { authorise } from "./headers.ts";
import { readRefusal } from "./refusal.ts";
import { authorizationOf } from "./tokens.ts";
import { createTransport, type Transport } from "./transport.ts";
import type { Exchange, ModelRequest, Send, Upstream } from "./types.ts";

/** Which of a dialect's bases a workspace has, by dialect and family; learned from its answers. */
type Bases = WeakMap<Upstream, Map<string, number>>;

/** Makes the last `Send` of an exchange's chain. */
export function createSend(deps: Pick<Deps, "fetch" | "log">): (exchange: Exchange) => Send {
  const transport = createTransport(deps);
  const bases: Bases = new WeakMap();
  return (exchange) => (request) => sendTo({ exchange, request, transport, bases });
}

interface Sending {
  readonly exchange: Exchange;
  readonly request: ModelRequest;
  readonly transport: Transport;
  readonly bases: Bases;
}

async function sendTo(sending: Sending): Promise<Response> {
  const { exchange, request } = sending;
  const { upstream, dialect } = exchange;
  const family = await upstream.family(exchange.signal);
  const choices = dialect.upstream[family];
  const key = `${dialect.name} ${family}`;
  const first = sending.bases.get(upstream)?.get(key) ?? 0;
  const answer = await withToken(sending, choices[first] ?? "");
  if (answer.status !== 404 || choices.length < 2 || isStream(request)) return answer;
  const { response, routeAbsent } = await readRefusal(answer);
  if (!routeAbsent) return response;
  const other = choices.findIndex((_base, index) => index !== first);
  const second = await withToken(sending, choices[other] ?? "");
  if (second.status === 404) {
    await second.body?.cancel();
    return response;
  }
  const learned = sending.bases.get(upstream) ?? new Map<string, number>();
  sending.bases.set(upstream, learned.set(key, other));
  await response.body?.cancel();
  return second;
}

/** One refresh and one replay when the token is refused, before any byte of an answer has gone to the client. */
async function withToken(sending: Sending, base: string): Promise<Response> {
  const { exchange, request } = sending;
  const { upstream, signal } = exchange;
  const credentials = await upstream.headers({ signal });
  const answer = await attempt(sending, base, credentials);
  const used = authorizationOf(credentials);
  if (used === undefined || !mayBeRefusal(answer)) return answer;
  const { response, tokenRefused } = await readRefusal(answer);
  if (!tokenRefused) return response;
  const fresh = await upstream.headers({ refused: used, signal });
  // A personal token stays what it is: it would only be refused again.
  if (authorizationOf(fresh) === used || isStream(request)) return response;
  await response.body?.cancel();
  return attempt(sending, base, fresh);
}

function mayBeRefusal({ status }: Response): boolean {
  return status === 401 || status === 403 || status === 400;
}

function isStream({ body }: ModelRequest): boolean {
  return body instanceof ReadableStream;
}

async function attempt(
  { exchange, request, transport }: Sending,
  base: string,
  credentials: Readonly<Record<string, string>>,
): Promise<Response> {
  const { upstream, signal } = exchange;
  // A copy: the steps before this one must not find a token in what they hold.
  const headers = new Headers(request.headers);
  authorise(headers, credentials);
  const answer = await transport({
    url: `${upstream.origin}${upstream.prefix}${base}${request.path}${request.search}`,
    method: request.method,
    headers,
    body: request.body,
    signal,
  });
  return answer.status >= 300 && answer.status < 400 && answer.status !== 304
    ? refuseRedirect(upstream, answer)
    : answer;
}

/** A client that followed it would take its prompts, and the local key, to another host. */
async function refuseRedirect({ origin }: Upstream, answer: Response): Promise<never> {
  await answer.body?.cancel();
  const location = answer.headers.get("location") ?? "";
  const target = URL.canParse(location, origin) ? new URL(location, origin) : undefined;
  const where = target === undefined ? "another page" : `${target.origin}${target.pathname}`;
  throw new MortarError("bad_response", `${origin} redirects to ${where} instead of answering`, {
    hint: "It is a login page, or not a workspace. Check the profile's host with `mortar auth status`, and sign in again.",
    httpStatus: answer.status,
  });
}
