// The MCP server `app` of one run: the question whether a tool may be called, charts, operations.
import { Server, type CallToolResult, type Tool } from "@modelcontextprotocol/server";
import * as z from "zod";
import { progressOf } from "../../../mcp/progress.ts";
import { errorResult } from "../../../mcp/result.ts";
import { noElicitation } from "../../../mcp/server.ts";
import { MortarError, toMortarError } from "../../../platform/errors.ts";
import { appTools } from "./app-tools.ts";
import { approve } from "./approve-tool.ts";
import { approveName, type RunContext } from "./run-context.ts";
import type { ToolParts } from "./tool-parts.ts";

const approveInput = z.object({ tool_name: z.string(), input: z.unknown(), tool_use_id: z.string().optional() });

export function buildAppServer(parts: ToolParts, run: RunContext): Server {
  const server = new Server(
    { name: "mortar-app", version: parts.version },
    { capabilities: { tools: {} }, jsonSchemaValidator: noElicitation },
  );
  server.setRequestHandler("tools/list", () => ({ tools: listed() }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const { name, arguments: given = {} } = params;
    if (name === approveName) {
      // A person may think for hours: a client that takes silence for the end is told that it is none.
      const progress = progressOf(mcpReq);
      try {
        return await answerOf(parts, run, { given, signal: mcpReq.signal });
      } finally {
        progress.stop();
      }
    }
    return await callAppTool(parts, run, { name, given, signal: mcpReq.signal });
  });
  return server;
}

interface Given {
  readonly given: unknown;
  readonly signal: AbortSignal;
}

async function answerOf(parts: ToolParts, run: RunContext, { given, signal }: Given): Promise<CallToolResult> {
  const parsed = approveInput.safeParse(given);
  const answer = parsed.success
    ? await approve(parts, run, { request: parsed.data, signal })
    : { behavior: "deny", message: "The question names no tool." };
  return { content: [{ type: "text", text: JSON.stringify(answer) }] };
}

async function callAppTool(
  parts: ToolParts,
  run: RunContext,
  { name, given, signal }: Given & { readonly name: string },
): Promise<CallToolResult> {
  const tool = appTools.find((one) => one.name === name);
  try {
    if (tool === undefined) throw new MortarError("unknown_tool", `Unknown tool: ${name.slice(0, 100)}`);
    const parsed = tool.input.safeParse(given);
    if (!parsed.success) throw new MortarError("invalid_input", `${name}: ${problemsOf(parsed.error)}`);
    const structuredContent = { ...(await tool.run({ parts, run, signal }, parsed.data)) };
    return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent };
  } catch (thrown) {
    return errorResult(toMortarError(thrown));
  }
}

const mostProblems = 5;

/** `rows[3][1] is too long; x is missing`, as far as one reads it. */
function problemsOf({ issues }: z.ZodError): string {
  const shown = issues.slice(0, mostProblems).map(({ path, message }) => {
    const place = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
    return place === "" ? message : `${place.replace(/^\./, "")}: ${message}`;
  });
  return shown.join("; ");
}

function listed(): Tool[] {
  const own = appTools.map(({ name, title, description, input, readOnly }) => ({
    name,
    title,
    description,
    inputSchema: schemaOf(input),
    annotations: { title, readOnlyHint: readOnly, destructiveHint: false, openWorldHint: false },
  }));
  const question = {
    name: approveName,
    title: "Ask the person",
    description: "For the agent's program alone: asks the person whether a tool may be called.",
    inputSchema: schemaOf(approveInput),
  };
  return [...own, question];
}

function schemaOf(input: z.ZodObject): Tool["inputSchema"] {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: "input", reused: "inline" });
  return schema as Tool["inputSchema"];
}
