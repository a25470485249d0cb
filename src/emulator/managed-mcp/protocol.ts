// MCP as the workspace's managed servers speak it: streamable HTTP without sessions, each answer one JSON object (2025-06-18).
import { isObject, type JsonObject } from "../../platform/json.ts";
import { ApiFault, type Call } from "../http/route.ts";
import type { World } from "../world.ts";

export interface ManagedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
  readonly readOnly: boolean;
  /** Gives the structured result. What it throws as ApiFault is the tool's own error. */
  run(given: Readonly<Record<string, unknown>>, call: Call, world: World): Promise<object>;
}

export interface ManagedServer {
  readonly name: string;
  readonly instructions?: string;
  readonly tools: readonly ManagedTool[];
}

const versions = ["2025-06-18", "2025-03-26"];
const pageSize = 50;

/** The answer to one message. */
export async function answerMessage(server: ManagedServer, call: Call, world: World): Promise<Response> {
  const message = await call.json();
  const { id, method } = message;
  if (typeof method !== "string") return failed(id, { code: -32_600, text: "Invalid Request", status: 400 });
  if (id === undefined) return new Response(undefined, { status: 202 });
  const params = isObject(message["params"]) ? message["params"] : {};
  if (method === "initialize") return answered(id, greeting(server, params));
  if (method === "ping") return answered(id, {});
  if (method === "tools/list") return listed(server, id, params);
  if (method !== "tools/call") return failed(id, { code: -32_601, text: `Method not found: ${method}` });
  const tool = server.tools.find(({ name }) => name === params["name"]);
  if (tool === undefined) return failed(id, { code: -32_602, text: `Unknown tool: ${String(params["name"])}` });
  const given = isObject(params["arguments"]) ? params["arguments"] : {};
  return answered(id, await outcome(tool, given, { call, world }));
}

interface Place {
  readonly call: Call;
  readonly world: World;
}

async function outcome(tool: ManagedTool, given: Record<string, unknown>, { call, world }: Place): Promise<object> {
  try {
    const result = await tool.run(given, call, world);
    return { content: [{ type: "text", text: JSON.stringify(result) }], structuredContent: result, isError: false };
  } catch (thrown) {
    if (!(thrown instanceof ApiFault)) throw thrown;
    return { content: [{ type: "text", text: `${thrown.errorCode}: ${thrown.message}` }], isError: true };
  }
}

function greeting({ name, instructions }: ManagedServer, params: Record<string, unknown>): object {
  const wanted = versions.find((version) => version === params["protocolVersion"]);
  return {
    protocolVersion: wanted ?? versions[0],
    capabilities: { tools: { listChanged: false } },
    serverInfo: { name, version: "1.0.0" },
    ...(instructions === undefined ? {} : { instructions }),
  };
}

function listed({ tools }: ManagedServer, id: JsonObject[string], params: Record<string, unknown>): Response {
  const start = params["cursor"] === undefined ? 0 : Number(params["cursor"]);
  if (!Number.isInteger(start) || start < 0 || start > tools.length) {
    return failed(id, { code: -32_602, text: "Invalid cursor" });
  }
  const shown = tools.slice(start, start + pageSize).map(({ name, description, inputSchema, readOnly }) => {
    return { name, description, inputSchema, annotations: { readOnlyHint: readOnly } };
  });
  const next = start + pageSize < tools.length ? { nextCursor: String(start + pageSize) } : {};
  return answered(id, { tools: shown, ...next });
}

function answered(id: unknown, result: object): Response {
  return Response.json({ jsonrpc: "2.0", id, result });
}

interface Failed {
  readonly code: number;
  readonly text: string;
  readonly status?: number;
}

function failed(id: unknown, { code, text, status = 200 }: Failed): Response {
  return Response.json({ jsonrpc: "2.0", id: id ?? null, error: { code, message: text } }, { status });
}
