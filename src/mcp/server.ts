// One server object of the SDK over our tools: the same for every transport and both eras of the protocol.
import {
  Server,
  type CallToolRequestParams,
  type CallToolResult,
  type InputRequiredResult,
  type Tool,
} from "@modelcontextprotocol/server";
import { loadGoldens } from "../tools/golden/load.ts";
import { underName } from "../tools/listed-tool.ts";
import { generationOf } from "../tools/naming.ts";
import type { Selection } from "../tools/selection.ts";
import type { CallRequest, CallSurroundings } from "./call.ts";
import { instructions } from "./instructions.ts";
import { offerHints, registerOffers } from "./offers.ts";
import type { TaskSurroundings } from "./tasks/as-task.ts";
import { registerTasks, takesTasks } from "./tasks/task-methods.ts";

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
  registerTasks(server, { clock: around.deps.clock, tasks: around.session.tasks });
  server.setRequestHandler("tools/list", async () => ({ tools: await listTools(selection) }));
  server.setRequestHandler("tools/call", async (request, context) => {
    const track = (call: Promise<unknown>): void => {
      const ended = call.catch(() => undefined).finally(() => running.delete(ended));
      running.add(ended);
    };
    const call = callTool(around, request.params, {
      ...context.mcpReq,
      declared: server.getClientCapabilities(),
      track,
    });
    track(call);
    return await call;
  });
  return server;
}

/** The list is the same for as long as this process lives. */
const oneHour = { ttlMs: 3_600_000, cacheScope: "private" } as const;

/**
 * Answers to our questions are looked at by who asked, so the SDK's default validator (ajv) need not be made. It is not in the
 * binary: every server object needs this one.
 */
export const noElicitation = {
  getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "not used" }) as never,
};

/** The tools of a selection as they were written down: no tool is loaded for a list. */
export async function listTools(selection: Selection): Promise<Tool[]> {
  const { entries, naming, toolsets, terms } = selection;
  if (terms.discovery) return (await import("./discovery/listed.ts")).discoveryTools(selection);
  if (generationOf(naming) !== undefined) {
    const { listOlderTools } = await import("../tools/aliases/listed.ts");
    return (await listOlderTools(selection)) as unknown as Tool[];
  }
  const names = new Set(entries.map(({ name }) => name));
  const golden = await loadGoldens(toolsets);
  const listed = golden.filter(({ name }) => names.has(name)).map((tool) => underName(tool, naming));
  return listed as unknown as Tool[];
}

type TrackedRequest = CallRequest & Pick<TaskSurroundings, "track">;

/** Loaded with the first call: a list needs nothing of it. */
async function callTool(
  around: CallSurroundings,
  params: CallToolRequestParams,
  request: TrackedRequest,
): Promise<CallToolResult | InputRequiredResult> {
  const [{ handleCall }, { isDiscoveryName }, { asTask }] = await Promise.all([
    import("./call.ts"),
    import("./discovery/listed.ts"),
    import("./tasks/as-task.ts"),
  ]);
  const { name, arguments: given = {} } = params;
  const isDiscovery = around.selection.terms.discovery && isDiscoveryName(name);
  const discovery = isDiscovery ? await import("./discovery/call.ts") : undefined;
  const call = (own: CallRequest): Promise<CallToolResult | InputRequiredResult> =>
    discovery !== undefined && isDiscoveryName(name)
      ? discovery.handleDiscovery(around, { name, given, request: own })
      : handleCall(around, params, own);
  if (!takesTasks(request)) return await call(request);
  const { deps, session } = around;
  return await asTask(request, { clock: deps.clock, tasks: session.tasks, track: request.track }, call);
}
