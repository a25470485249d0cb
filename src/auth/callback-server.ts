// The end of a sign-in: the browser comes back to this machine with a code.
import { MortarError } from "../platform/errors.ts";
import { errnoOf } from "../platform/files.ts";

export interface CallbackServer {
  readonly port: number;
  /** Without a path and without a slash: so it is registered. */
  readonly redirectUri: string;
  /** The query of the redirect that belongs to this sign-in. */
  readonly callback: Promise<URLSearchParams>;
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
  for (const candidate of ports) {
    const servers = listenOn(candidate, (request) => answer(request, state, arrived.resolve));
    const [first] = servers ?? [];
    if (servers === undefined || first === undefined) continue;
    const actual = first.port ?? candidate;
    return {
      port: actual,
      redirectUri: `http://localhost:${actual}`,
      callback: arrived.promise,
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

function answer(request: Request, state: string, arrived: (query: URLSearchParams) => void): Response {
  const url = new URL(request.url);
  const local = url.hostname === "localhost" || url.hostname === "127.0.0.1" || url.hostname === "[::1]";
  if (!local || url.pathname !== "/" || request.method !== "GET") return page(404, "Nothing here.");
  const outcome = judge(url.searchParams, state);
  if (outcome === "foreign") return page(400, "This belongs to another sign-in. Start again in the terminal.");
  arrived(url.searchParams);
  return outcome === "error"
    ? page(400, "The sign-in was refused. The terminal says why; you can close this tab.")
    : page(200, "You can close this tab and go back to the terminal.");
}

/**
 * What a redirect is: a code or an error of this sign-in, or something foreign, which is answered and otherwise passed
 * over, so that no page in the browser can end a sign-in by calling the port. Some servers leave the state out of errors.
 */
export function judge(query: URLSearchParams, state: string): "code" | "error" | "foreign" {
  const given = query.get("state");
  if (query.has("error") && (given === null || given === state)) return "error";
  return given === state && query.has("code") ? "code" : "foreign";
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
