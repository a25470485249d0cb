// The end of a sign-in: the browser comes back to this machine with a code.
import { MortarError } from "../platform/errors.ts";
import { errnoOf } from "../platform/files.ts";

export interface CallbackServer {
  readonly port: number;
  /** Without a path and without a slash: so it is registered. */
  readonly redirectUri: string;
  /** The query of the redirect that belongs to this sign-in. */
  readonly callback: Promise<URLSearchParams>;
  /** Resolves when an error came that does not say whose it is. */
  readonly strayError: Promise<void>;
  close(): void;
}

export const firstPort = 8_020;
export const lastPort = 8_040;

/**
 * Listens on the loopback address for the redirect with this state. With `port` on that one only, else on the first
 * free one of 8020 to 8040, which are the ports that are known to be accepted. Throws `conflict` when none is free.
 */
export function listenForCallback(state: string, port?: number): CallbackServer {
  const ports =
    port === undefined ? Array.from({ length: lastPort - firstPort + 1 }, (_, index) => firstPort + index) : [port];
  const arrived = Promise.withResolvers<URLSearchParams>();
  const stray = Promise.withResolvers<void>();
  for (const candidate of ports) {
    const servers = listenOn(candidate, (request) => {
      const { response, query, isStray } = answer(request, state);
      // The page goes out first: whoever waits for the query closes this server at once.
      if (query !== undefined) setImmediate(() => arrived.resolve(query));
      if (isStray) stray.resolve();
      return response;
    });
    const [first] = servers ?? [];
    if (servers === undefined || first === undefined) continue;
    const actual = first.port ?? candidate;
    return {
      port: actual,
      redirectUri: `http://localhost:${actual}`,
      callback: arrived.promise,
      strayError: stray.promise,
      close: () => {
        for (const server of servers) void server.stop(true);
      },
    };
  }
  const which = port === undefined ? `of the ports ${firstPort} to ${lastPort}` : `: port ${port} is in use`;
  throw new MortarError(
    "conflict",
    `Cannot listen for the browser${port === undefined ? `: none ${which} is free` : which}`,
    {
      hint: "End the program that uses it, or give another with --callback-port.",
    },
  );
}

type Server = Bun.Server<undefined>;

/** `localhost` may mean either address: both are ours, or the browser could end up with another program. */
function listenOn(port: number, handle: (request: Request) => Response): Server[] | undefined {
  const four = serve("127.0.0.1", port, handle);
  if (four === "taken" || four === "absent") return undefined;
  const six = serve("::1", four.port ?? port, handle);
  if (six === "absent") return [four];
  if (six !== "taken") return [four, six];
  void four.stop(true);
  return undefined;
}

function serve(hostname: string, port: number, handle: (request: Request) => Response): Server | "taken" | "absent" {
  try {
    return Bun.serve({ hostname, port, fetch: handle, idleTimeout: 10 });
  } catch (thrown) {
    return errnoOf(thrown) === "EADDRINUSE" || errnoOf(thrown) === "EACCES" ? "taken" : "absent";
  }
}

interface Outcome {
  readonly response: Response;
  readonly query?: URLSearchParams;
  readonly isStray?: boolean;
}

function answer(request: Request, state: string): Outcome {
  const url = new URL(request.url);
  const local = url.hostname === "localhost" || url.hostname === "127.0.0.1" || url.hostname === "[::1]";
  if (!local || url.pathname !== "/" || request.method !== "GET") return { response: page(404, "Nothing here.") };
  const query = url.searchParams;
  const outcome = judge(query, state);
  if (outcome === "foreign") {
    const isStray = query.has("error") && !query.has("state");
    return { response: page(400, "This belongs to another sign-in. The terminal says how yours stands."), isStray };
  }
  if (outcome === "code") return { response: page(200, "You can close this tab and go back to the terminal."), query };
  return { response: page(400, "The sign-in was refused. The terminal says why; you can close this tab."), query };
}

/**
 * What a redirect is: a code or an error of this sign-in, or something foreign, which is answered and otherwise passed
 * over, so that no page in the browser can end a sign-in by calling the port. An error must have the state too: RFC 6749,
 * 4.1.2.1.
 */
export function judge(query: URLSearchParams, state: string): "code" | "error" | "foreign" {
  if (query.get("state") !== state) return "foreign";
  if (query.has("error")) return "error";
  return (query.get("code") ?? "") === "" ? "foreign" : "code";
}

function page(status: number, words: string): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>mortar</title><body style="font:16px system-ui;margin:4em auto;max-width:30em"><p>${words}</p></body></html>\n`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      connection: "close",
    },
  });
}
