// Signing in with the browser: authorization code with PKCE, by a redirect to this machine or an address pasted back.
import { randomBytes } from "node:crypto";
import { chooseBrowser, openBrowser } from "../platform/browser.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { redact } from "../platform/log.ts";
import { Secret } from "../platform/secret.ts";
import { judge, listenForCallback, type CallbackServer } from "./callback-server.ts";
import type { Granted } from "./grants.ts";
import { requireSecure } from "./host.ts";
import type { OidcEndpoints } from "./well-known.ts";

export interface SignInRequest {
  readonly endpoints: OidcEndpoints;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Whether to ask for a refresh token. */
  readonly offline: boolean;
  /** Print the address and do not open a browser. */
  readonly noBrowser: boolean;
  /** How long the person has, in milliseconds. */
  readonly timeoutMs: number;
  readonly callbackPort?: number | undefined;
  readonly signal: AbortSignal;
}

const pasteTries = 3;

/** Any web page can call the port, so that its words are not repeated and do not end the wait. */
const strayWords =
  "The browser came back with an error that does not say which sign-in it is for. Still waiting; Ctrl-C ends it.";

/**
 * Lets the person sign in and returns the tokens. The address is printed on stderr; without a browser the address that
 * the browser ends at may be pasted on stdin. Throws `timeout`, `auth_failed` (refused), `conflict` (no port), an abort.
 */
export async function signInWithBrowser(deps: Deps, request: SignInRequest): Promise<Granted> {
  requireSecure(request.endpoints.authorization, "sign-in page");
  requireSecure(request.endpoints.token, "token endpoint");
  const verifier = new Secret(randomBytes(64).toString("base64url"));
  const state = randomBytes(16).toString("base64url");
  const server = listenForCallback(state, request.callbackPort);
  const limit = AbortSignal.timeout(request.timeoutMs);
  const done = new AbortController();
  const signal = AbortSignal.any([request.signal, limit, done.signal]);
  try {
    const url = await authorizeUrl(request, { state, verifier, redirectUri: server.redirectUri });
    void server.strayError.then(() => deps.log.warn(strayWords));
    const callback = await waitForCallback(deps, request, { server, url, state, signal });
    refuseError(callback);
    const { codeGrant } = await import("./grants.ts");
    return await codeGrant(deps, {
      tokenEndpoint: request.endpoints.token,
      clientId: request.clientId,
      callback,
      state,
      redirectUri: server.redirectUri,
      verifier,
      signal: request.signal,
    });
  } catch (thrown) {
    request.signal.throwIfAborted();
    if (!limit.aborted || thrown instanceof MortarError) throw thrown;
    throw new MortarError("timeout", `Nobody signed in within ${Math.round(request.timeoutMs / 1_000)} s`, {
      hint: "Run the command again; --timeout gives more time, --no-browser prints an address for another machine.",
    });
  } finally {
    done.abort();
    server.close();
  }
}

interface Proof {
  readonly state: string;
  readonly verifier: Secret;
  readonly redirectUri: string;
}

async function authorizeUrl(request: SignInRequest, { state, verifier, redirectUri }: Proof): Promise<string> {
  const { calculatePKCECodeChallenge } = await import("oauth4webapi");
  const url = new URL(request.endpoints.authorization);
  const scope = [...(request.offline ? ["offline_access"] : []), ...request.scopes].join(" ");
  const parameters = {
    response_type: "code",
    client_id: request.clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier.reveal()),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

interface Waiting {
  readonly server: CallbackServer;
  readonly url: string;
  readonly state: string;
  readonly signal: AbortSignal;
}

async function waitForCallback(deps: Deps, request: SignInRequest, waiting: Waiting): Promise<URLSearchParams> {
  const { server, signal, url } = waiting;
  const browser = request.noBrowser ? ({ kind: "none", reason: undefined } as const) : chooseBrowser(deps.env, deps.os);
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // Settles the promise for the moment after the sign-in, when nobody waits for it any more.
  aborted.promise.catch(() => undefined);
  if (browser.kind === "none") {
    if (browser.reason !== undefined) deps.log.info(`No browser is opened: ${browser.reason}.`);
    return Promise.race([server.callback, pasted(deps, waiting), aborted.promise]);
  }
  deps.stderr.write(`Opening the browser to sign in. If it does not open, visit:\n\n  ${url}\n\n`);
  const failed = openBrowser(browser.command, url, deps).then((opened) => {
    // A browser that opened is silent from here on; one that did not leaves the person with the printed address.
    return opened ? aborted.promise : pasted(deps, waiting);
  });
  return Promise.race([server.callback, failed, aborted.promise]);
}

/** Reads the address that the browser ended at from stdin. At the end of input only the redirect itself is waited for. */
async function pasted(deps: Deps, { server, url, state, signal }: Waiting): Promise<URLSearchParams> {
  deps.stderr.write(
    `Sign in with a browser on any machine at:\n\n  ${url}\n\n` +
      `Then, when the browser shows a page at ${server.redirectUri} (it may say that it cannot connect), ` +
      "copy its whole address here and press Enter:\n",
  );
  for (let attempt = 0; attempt < pasteTries;) {
    const line = await deps.stdin.readLine(signal);
    if (line === undefined) return server.callback;
    if (line.trim() === "") continue;
    const query = queryOf(line);
    if (query !== undefined && (judge(query, state) !== "foreign" || isBareError(query))) return query;
    attempt += 1;
    deps.stderr.write(
      query?.has("code") === true
        ? "That address belongs to another sign-in. Use the address above, and paste where it leads:\n"
        : "That is not the address: it begins with http://localhost and has a code in it. Paste it here:\n",
    );
  }
  throw new MortarError("auth_failed", "No address of this sign-in was pasted", {
    hint: "Run the command again, and copy the whole address that the browser ends at.",
  });
}

/** The person pasted it, so it is theirs: some servers leave the state out of errors. */
function isBareError(query: URLSearchParams): boolean {
  return query.has("error") && !query.has("state");
}

/** The query of a pasted address, or of a query alone. */
export function queryOf(line: string): URLSearchParams | undefined {
  const text = line.trim().replace(/^["'<]|["'>]$/g, "");
  if (URL.canParse(text)) return new URL(text).searchParams;
  return /(^|[?&])(code|error)=/.test(text) ? new URLSearchParams(text.replace(/^.*\?/, "")) : undefined;
}

function refuseError(callback: URLSearchParams): void {
  const error = callback.get("error");
  if (error === null) return;
  const words = redact((callback.get("error_description") ?? error).replace(/[^\x20-\x7E]+/g, " ").slice(0, 300));
  throw new MortarError("auth_failed", `The sign-in was refused: ${words}`, {
    hint:
      error === "access_denied"
        ? "Sign in as a user of this workspace, or ask its administrator for access."
        : "Check the host, the scopes and the client id.",
  });
}
