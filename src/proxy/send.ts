// The end of the way to the workspace: its address, a token, one refresh when that is refused, the next base when one is absent.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import type { UpstreamFamily } from "./family.ts";
import { readRefusal } from "./refusal.ts";
import { authorizationOf } from "./tokens.ts";
import { createTransport, isOnThisMachine, type Transport } from "./transport.ts";
import type { AtHand, Exchange, ModelRequest, Upstream } from "./types.ts";

/** Sends one request of an exchange. Its headers have no token before that, and none after. */
export type SendRequest = (exchange: Exchange, request: ModelRequest) => Promise<Response>;

/** Makes the end of every exchange's way. */
export function createSend(deps: Pick<Deps, "fetch" | "log">): SendRequest {
  const memory: Memory = { transport: createTransport(deps), bases: new WeakMap(), local: new Map() };
  return (exchange, request) => sendTo({ exchange, request, memory });
}

interface Memory {
  readonly transport: Transport;
  /** Which of a dialect's bases a workspace has, by dialect and family; learned from its answers. */
  readonly bases: WeakMap<Upstream, Map<string, number>>;
  /** Which origins are on this machine. */
  readonly local: Map<string, boolean>;
}

interface Sending {
  readonly exchange: Exchange;
  readonly request: ModelRequest;
  readonly memory: Memory;
}

/** Without a wait of its own where all is at hand, as it is for nearly every request. */
function sendTo(sending: Sending): Promise<Response> {
  const atHand = sending.exchange.upstream.atHand?.();
  return atHand === undefined ? sendWhenKnown(sending) : sendWith(sending, atHand);
}

async function sendWhenKnown(sending: Sending): Promise<Response> {
  const { upstream, signal } = sending.exchange;
  const family = await upstream.family(signal);
  return sendWith(sending, { family, headers: await upstream.headers({ signal }) });
}

function sendWith(sending: Sending, { family, headers: credentials }: AtHand): Promise<Response> {
  const { exchange, memory } = sending;
  const { upstream, dialect } = exchange;
  const choices = dialect.upstream[family];
  const first = choices.length < 2 ? 0 : (memory.bases.get(upstream)?.get(`${dialect.name} ${family}`) ?? 0);
  const base = choices[first] ?? "";
  return attempt(sending, base, credentials).then((answer) => {
    const { status } = answer;
    // Nearly every answer goes on as it came.
    if (status < 300 || (status >= 500 && status <= 599)) return answer;
    if (status > 599) return refuseStatus(upstream, answer);
    return withOtherToken(sending, base, { answer, credentials }).then((settled) =>
      withOtherBase(sending, { family, first, answer: settled }),
    );
  });
}

interface Tried {
  readonly family: UpstreamFamily;
  readonly first: number;
  readonly answer: Response;
}

/** The next base of the dialect, where the workspace says that there is nothing at the first. */
async function withOtherBase(sending: Sending, { family, first, answer }: Tried): Promise<Response> {
  const { exchange, memory, request } = sending;
  const { upstream, dialect, signal } = exchange;
  const choices = dialect.upstream[family];
  if (answer.status !== 404 || choices.length < 2 || isStream(request)) return answer;
  const { response, routeAbsent } = await readRefusal(answer);
  if (!routeAbsent) return response;
  const other = choices.findIndex((_base, index) => index !== first);
  const base = choices[other] ?? "";
  const credentials = await upstream.headers({ signal });
  const second = await attempt(sending, base, credentials);
  const settled = await withOtherToken(sending, base, { answer: second, credentials });
  if (settled.status === 404) {
    await settled.body?.cancel();
    return response;
  }
  const learned = memory.bases.get(upstream) ?? new Map<string, number>();
  memory.bases.set(upstream, learned.set(`${dialect.name} ${family}`, other));
  await response.body?.cancel();
  return settled;
}

interface Answered {
  readonly answer: Response;
  /** What the request was sent with. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** One refresh and one replay when the token is refused, before any byte of an answer has gone to the client. */
async function withOtherToken(sending: Sending, base: string, { answer, credentials }: Answered): Promise<Response> {
  const { exchange, request } = sending;
  const { upstream, signal } = exchange;
  if (isRedirect(answer)) return refuseRedirect(upstream, answer);
  const used = authorizationOf(credentials);
  if (used === undefined || !mayBeRefusal(answer)) return answer;
  const { response, tokenRefused } = await readRefusal(answer);
  if (!tokenRefused) return response;
  const fresh = await upstream.headers({ refused: used, signal });
  // A personal token stays what it is: it would only be refused again.
  if (authorizationOf(fresh) === used || isStream(request)) return response;
  await response.body?.cancel();
  const second = await attempt(sending, base, fresh);
  return isRedirect(second) ? refuseRedirect(upstream, second) : second;
}

function mayBeRefusal({ status }: Response): boolean {
  return status === 401 || status === 403 || status === 400;
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

function isStream({ body }: ModelRequest): boolean {
  return body instanceof ReadableStream;
}

function attempt(
  { exchange, request, memory }: Sending,
  base: string,
  credentials: Readonly<Record<string, string>>,
): Promise<Response> {
  const { upstream, signal } = exchange;
  const { origin } = upstream;
  let direct = memory.local.get(origin);
  if (direct === undefined) {
    direct = isOnThisMachine(origin);
    memory.local.set(origin, direct);
  }
  const { method, headers, body } = request;
  const url = `${origin}${upstream.prefix}${base}${request.path}${request.search}`;
  return memory.transport({ url, method, headers, credentials, body, signal, direct });
}

/** No answer can be made that has it. */
async function refuseStatus({ origin }: Upstream, answer: Response): Promise<never> {
  await answer.body?.cancel();
  throw new MortarError("bad_response", `${origin} answers with ${answer.status}, which is no status of HTTP`, {
    hint: "Check that the profile's host is a workspace, and what stands between it and this machine.",
  });
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
