// The MCP server over a channel of bytes: both eras of the protocol, any number of calls at once, gone when its client is.
import type { McpRequestContext, Server } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Deps } from "../platform/deps.ts";
import type { ByteChannel } from "../platform/stdio.ts";
import type { WorkspaceSource } from "../tools/open-workspace.ts";
import type { Selection } from "../tools/selection.ts";
import type { CallSurroundings } from "./call.ts";
import { LineTransport } from "./line-transport.ts";
import { buildServer } from "./server.ts";
import { createSession } from "./session.ts";

export interface ServeOptions {
  readonly deps: Deps;
  readonly version: string;
  readonly selection: Selection;
  readonly source: WorkspaceSource;
  readonly channel: ByteChannel;
  /** Ends the service. */
  readonly signal: AbortSignal;
}

/**
 * How long calls in flight and open contexts get at the end to reach the workspace, in milliseconds. With noticing a dead
 * parent (250) and the end of the process (100) it stays under a second.
 */
const farewellMs = 500;

/** Serves until the input ends, nobody reads the output, or `signal` fires; what runs is then cancelled. */
export async function serveMcp(options: ServeOptions): Promise<void> {
  const { deps, selection, source } = options;
  const session = createSession();
  const running = new Set<Promise<unknown>>();
  const around: CallSurroundings = { deps, selection, source, session };
  const transport = new LineTransport(options.channel);
  const closed = new Promise<void>((resolve) => {
    const build = (_request: McpRequestContext): Server => buildServer({ version: options.version, around, running });
    const handle = serveStdio(build, {
      transport: closingTransport(transport, resolve),
      onerror: (error) => deps.log.debug(`mcp: ${error.message}`),
    });
    const close = (): void => void handle.close().finally(resolve);
    if (options.signal.aborted) close();
    else options.signal.addEventListener("abort", close, { once: true });
  });
  await closed;
  const farewell = AbortSignal.timeout(farewellMs);
  const ended = new Promise<void>((resolve) => farewell.addEventListener("abort", () => resolve(), { once: true }));
  await Promise.race([Promise.allSettled([...running, session.end(farewell)]), ended]);
}

/** The SDK sets `onclose`; ours is called after it. */
function closingTransport(transport: LineTransport, closed: () => void): LineTransport {
  const close = transport.close.bind(transport);
  transport.close = async () => {
    await close();
    closed();
  };
  return transport;
}
