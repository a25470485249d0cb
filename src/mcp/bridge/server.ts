// The server that an agent sees: the tools, resources and prompts of all servers behind it.
import { ProtocolError, Server, type Tool } from "@modelcontextprotocol/server";
import { MortarError } from "../../platform/errors.ts";
import { redact } from "../../platform/log.ts";
import type { CallRequest } from "../call.ts";
import type { CallOutcome, Exchanges } from "./exchange.ts";
import { bridgeInstructions } from "./instructions.ts";
import { mergeTools, type MergedTool, type ToolFilter } from "./names.ts";
import { registerReading } from "./reading.ts";
import type { Upstream } from "./upstream.ts";

export interface BridgeParts {
  readonly version: string;
  readonly host: string;
  readonly upstreams: readonly Upstream[];
  readonly filter: ToolFilter;
  readonly exchanges: Exchanges;
}

const oneMinute = { ttlMs: 60_000, cacheScope: "private" } as const;
const invalidParams = -32_602;

export function buildBridge(parts: BridgeParts): Server {
  const { version, host, upstreams, exchanges } = parts;
  const server = new Server(
    { name: "mortar-bridge", title: "Databricks MCP servers", version },
    {
      capabilities: { tools: { listChanged: true }, resources: {}, prompts: {} },
      instructions: bridgeInstructions(host, upstreams),
      jsonSchemaValidator: unchecked,
      cacheHints: {
        "tools/list": oneMinute,
        "resources/list": oneMinute,
        "resources/templates/list": oneMinute,
        "prompts/list": oneMinute,
        "server/discover": oneMinute,
      },
    },
  );
  server.setRequestHandler("tools/list", async () => {
    // Who was away may be back.
    await Promise.all(upstreams.map((one) => one.connect()));
    return { tools: merged(parts).map(({ name, tool }) => ({ ...tool, name })) };
  });
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const found = merged(parts).find(({ name }) => name === params.name);
    if (found === undefined) throw new ProtocolError(invalidParams, unknownTool(params.name, upstreams));
    const request: CallRequest = { ...mcpReq, declared: server.getClientCapabilities() };
    const call = { upstream: found.server, name: found.tool.name, given: params.arguments };
    return await answered(exchanges.call(call, request));
  });
  registerReading(server, upstreams);
  return server;
}

/** What the servers ask is looked at by who asked. */
const unchecked = {
  getValidator: () => (input: unknown) => ({ valid: true, data: input, errorMessage: undefined }) as never,
};

export function merged({
  upstreams,
  filter,
}: Pick<BridgeParts, "upstreams" | "filter">): readonly MergedTool<Upstream>[] {
  const all = upstreams.map((server) => ({ server, prefix: server.prefix, tools: server.tools() as readonly Tool[] }));
  return mergeTools(all, filter);
}

/** A failure on the way is a result that the model can read; what the server says in the protocol goes on as it is. */
async function answered(outcome: Promise<CallOutcome>): Promise<CallOutcome> {
  try {
    return await outcome;
  } catch (thrown) {
    if (thrown instanceof MortarError) {
      const { code, message, hint } = thrown;
      const text = redact(hint === undefined ? message : `${message}. ${hint}`);
      return { content: [{ type: "text", text: `${code}: ${text}` }], isError: true };
    }
    throw asProtocolError(thrown);
  }
}

/** The client's package has an error class of its own. */
export function asProtocolError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown.name === "AbortError") return thrown;
  const { code, data } = thrown as { code?: unknown; data?: unknown };
  return typeof code === "number" ? new ProtocolError(code, thrown.message, data) : thrown;
}

function unknownTool(name: string, upstreams: readonly Upstream[]): string {
  const away = upstreams.filter((one) => one.failure() !== undefined).map(({ word }) => word);
  return away.length === 0 ? `Unknown tool: ${name}` : `Unknown tool: ${name}. Away now: ${away.join(", ")}`;
}
