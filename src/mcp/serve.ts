// The MCP server over a channel of bytes: both eras of the protocol, any number of calls at once, gone when its client is.
import { Server, type McpRequestContext, type Tool } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Deps } from "../platform/deps.ts";
import type { ByteChannel } from "../platform/stdio.ts";
import { goldenTools } from "../tools/golden/listed.ts";
import { underName } from "../tools/listed-tool.ts";
import type { WorkspaceSource } from "../tools/open-workspace.ts";
import type { Selection } from "../tools/selection.ts";
import type { CallSurroundings } from "./call.ts";
import { instructions } from "./instructions.ts";
import { LineTransport } from "./line-transport.ts";
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
    const build = (_request: McpRequestContext): Server => buildServer(options, around, running);
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

function buildServer(
  { version, selection }: ServeOptions,
  around: CallSurroundings,
  running: Set<Promise<unknown>>,
): Server {
  const server = new Server(
    { name: "mortar", title: "Databricks", version },
    {
      capabilities: { tools: {} },
      instructions: instructions(selection),
      jsonSchemaValidator: noElicitation,
      cacheHints: { "tools/list": oneHour, "server/discover": oneHour },
    },
  );
  server.setRequestHandler("tools/list", () => ({ tools: listTools(selection) }));
  server.setRequestHandler("tools/call", async (request, context) => {
    // Loaded with the first call: a list needs nothing of it.
    const call = import("./call.ts").then(({ handleCall }) => handleCall(around, request.params, context.mcpReq));
    running.add(call);
    try {
      return await call;
    } finally {
      running.delete(call);
    }
  });
  return server;
}

/** The list is the same for as long as this process lives. */
const oneHour = { ttlMs: 3_600_000, cacheScope: "private" } as const;

/** We ask the user nothing over MCP, so the SDK's default validator (ajv) need not be made. */
const noElicitation = {
  getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "not used" }) as never,
};

/** As it was written down: no tool is loaded for a list. */
function listTools({ entries, naming }: Selection): Tool[] {
  const names = new Set(entries.map(({ name }) => name));
  const listed = goldenTools.filter(({ name }) => names.has(name)).map((tool) => underName(tool, naming));
  return listed as unknown as Tool[];
}
