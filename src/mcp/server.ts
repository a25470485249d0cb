// One server object of the SDK over our tools: the same for every transport and both eras of the protocol.
import {
  Server,
  type CallToolRequestParams,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequiredResult,
  type ServerContext,
  type Tool,
} from "@modelcontextprotocol/server";
import { loadGoldens } from "../tools/golden/load.ts";
import { underName } from "../tools/listed-tool.ts";
import type { Selection } from "../tools/selection.ts";
import type { CallSurroundings } from "./call.ts";
import { instructions } from "./instructions.ts";
import { offerHints, registerOffers } from "./offers.ts";

export interface ServerParts {
  readonly version: string;
  readonly around: CallSurroundings;
  /** Calls that are under way: each stands here until it has ended. */
  readonly running: Set<Promise<unknown>>;
}

export function buildServer({ version, around, running }: ServerParts): Server {
  const { selection } = around;
  const server = new Server(
    { name: "mortar", title: "Databricks", version },
    {
      capabilities: { tools: {} },
      instructions: instructions(selection),
      jsonSchemaValidator: noElicitation,
      cacheHints: { "tools/list": oneHour, "server/discover": oneHour, ...offerHints },
    },
  );
  registerOffers(server, around);
  server.setRequestHandler("tools/list", async () => ({ tools: await listTools(selection) }));
  server.setRequestHandler("tools/call", async (request, context) => {
    const call = callTool(around, request.params, context.mcpReq, server.getClientCapabilities());
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

/** Answers to our questions are looked at by who asked, so the SDK's default validator (ajv) need not be made. */
const noElicitation = {
  getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "not used" }) as never,
};

/** As it was written down: no tool is loaded for a list. */
async function listTools(selection: Selection): Promise<Tool[]> {
  const { entries, naming, toolsets, terms } = selection;
  if (terms.discovery) return (await import("./discovery/listed.ts")).discoveryTools(selection);
  const names = new Set(entries.map(({ name }) => name));
  const golden = await loadGoldens(toolsets);
  const listed = golden.filter(({ name }) => names.has(name)).map((tool) => underName(tool, naming));
  return listed as unknown as Tool[];
}

/** Loaded with the first call: a list needs nothing of it. */
async function callTool(
  around: CallSurroundings,
  params: CallToolRequestParams,
  request: ServerContext["mcpReq"],
  declared: ClientCapabilities | undefined,
): Promise<CallToolResult | InputRequiredResult> {
  if (around.selection.terms.discovery) {
    const [{ isDiscoveryName }, { handleDiscovery }] = await Promise.all([
      import("./discovery/listed.ts"),
      import("./discovery/call.ts"),
    ]);
    const { name, arguments: given = {} } = params;
    if (isDiscoveryName(name)) return await handleDiscovery(around, { name, given, request, declared });
  }
  const { handleCall } = await import("./call.ts");
  return await handleCall(around, params, request, declared);
}
