// Requests to one server with our sign-in: to its origin alone, with a token that is good, refreshed once where it is refused.
import type { Credentials } from "../../auth/credentials.ts";
import { isLoopback, requireSecure } from "../../auth/host.ts";
import { loginCommand } from "../../auth/login-command.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { retryAfterMs } from "../../workspace/retry.ts";

export interface SignedFetchOptions {
  readonly deps: Pick<Deps, "fetch" | "clock">;
  readonly credentials: Credentials;
  /** The only origin that gets a token. */
  readonly origin: string;
  readonly userAgent: string;
}

export type SignedFetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

/** A server that turns requests away is asked again this often, and waited for no longer than this, in milliseconds. */
const mostTurns = 3;
const longestTurnMs = 30_000;

/** Throws MortarError for a redirect, and what signing in throws; every other answer is given as it is. */
export function createSignedFetch(options: SignedFetchOptions): SignedFetch {
  const { deps, origin } = options;
  requireSecure(origin, "MCP server");
  return async (input, init = {}) => {
    const url = new URL(input);
    // The last line of defence: whoever made the transport gave it an address of this origin.
    if (url.origin !== origin) throw new MortarError("internal", "A request was made to another host");
    const signal = init.signal ?? undefined;
    let proof = await proofOf(options, false, signal);
    let refreshed = false;
    let turns = 0;
    while (true) {
      const response = await send(options, { url, init, proof });
      if (isRedirect(response)) throw await redirected(response, options);
      if (isRefusal(response) && !refreshed) {
        refreshed = true;
        const fresh = await proofOf(options, true, signal);
        // A personal token cannot be refreshed: it would only be refused again.
        if (JSON.stringify(fresh) === JSON.stringify(proof)) return response;
        proof = fresh;
        await drop(response);
        continue;
      }
      const waitMs = isTurnedAway(response) ? retryAfterMs(response.headers, deps.clock.now()) : undefined;
      if (waitMs === undefined || waitMs > longestTurnMs || turns >= mostTurns) return response;
      turns += 1;
      await drop(response);
      await deps.clock.sleep(waitMs, signal);
    }
  };
}

interface Sending {
  readonly url: URL;
  readonly init: RequestInit;
  readonly proof: Readonly<Record<string, string>>;
}

function send({ deps, userAgent }: SignedFetchOptions, { url, init, proof }: Sending): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(proof)) headers.set(name, value);
  headers.set("user-agent", userAgent);
  return deps.fetch(url, {
    method: init.method ?? "GET",
    headers,
    body: init.body ?? null,
    ...(init.signal === undefined || init.signal === null ? {} : { signal: init.signal }),
    redirect: "manual",
    // A call may be silent for as long as its client waits.
    timeout: false,
    // A company's proxy knows nothing of this machine's loopback address.
    ...(isLoopback(url) ? { proxy: false } : {}),
  } as BunFetchRequestInit);
}

/** The headers of the sign-in; of them an app gets the one that says who calls. */
async function proofOf(
  { credentials, origin }: SignedFetchOptions,
  forceRefresh: boolean,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>>> {
  const headers = await credentials.headers({ forceRefresh, signal });
  if (new URL(credentials.host).origin === origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() === "authorization"));
}

const isRedirect = ({ status }: Response): boolean => status >= 300 && status < 400;
const isRefusal = ({ status }: Response): boolean => status === 401;
const isTurnedAway = ({ status }: Response): boolean => status === 429 || status === 503;

async function drop(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** The workspace answers who is not signed in with its login page. */
async function redirected(response: Response, { credentials, origin }: SignedFetchOptions): Promise<MortarError> {
  await drop(response);
  const command = loginCommand({ host: credentials.host, profile: credentials.profile ?? "" });
  return new MortarError("not_signed_in", `${origin} does not take this sign-in: it sent us to another page`, {
    httpStatus: response.status,
    hint: `Redirects are not followed. Apps take OAuth alone, no personal access token: ${command}`,
  });
}
