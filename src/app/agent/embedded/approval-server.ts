// The tool by which an agent asks the program around it whether it may call another, on the loopback address.
import { randomBytes } from "node:crypto";
import { createMcpHandler, Server, type CallToolResult } from "@modelcontextprotocol/server";
import { admit } from "../../../mcp/http/admission.ts";
import { isObject } from "../../../platform/json.ts";
import { Secret } from "../../../platform/secret.ts";
import type { EngineServer } from "../engine.ts";

/** A call that waits for an answer. */
export interface Question {
  readonly tool_name: string;
  readonly tool_input: unknown;
}

export interface ApprovalServer extends AsyncDisposable {
  readonly server: EngineServer;
  /** As the agent knows the tool. */
  readonly tool: string;
}

const serverName = "approval";
const toolName = "ask";

/** Asks `decide` for every call; what it throws is a no. */
export function startApprovals(decide: (question: Question) => Promise<"allow" | "deny">): ApprovalServer {
  const bearer = new Secret(randomBytes(32).toString("base64url"));
  const handler = createMcpHandler(() => buildServer(decide));
  const listener = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    // A person may think for hours.
    idleTimeout: 0,
    reusePort: false,
    development: false,
    error: () => Response.json({ error: "internal" }, { status: 500 }),
    fetch: async (request) => {
      const options = { hosts: ["127.0.0.1"], origins: [], key: bearer, forwarded: undefined };
      const admission = admit(request, options, undefined);
      return "refusal" in admission ? admission.refusal : await handler.fetch(request);
    },
  });
  return {
    server: { name: serverName, url: `http://127.0.0.1:${listener.port}/mcp`, bearer },
    tool: `mcp__${serverName}__${toolName}`,
    [Symbol.asyncDispose]: async () => {
      await handler.close();
      await listener.stop(true);
    },
  };
}

function buildServer(decide: (question: Question) => Promise<"allow" | "deny">): Server {
  const server = new Server({ name: "mortar-approval", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({
    tools: [
      { name: toolName, description: "For the agent's program alone.", inputSchema: { type: "object" as const } },
    ],
  }));
  server.setRequestHandler("tools/call", async ({ params }) => answerTo(params.arguments, decide));
  return server;
}

async function answerTo(
  given: unknown,
  decide: (question: Question) => Promise<"allow" | "deny">,
): Promise<CallToolResult> {
  const { tool_name, input } = isObject(given) ? given : {};
  const question = { tool_name: String(tool_name), tool_input: input };
  const decision = await decide(question).catch(() => "deny" as const);
  const answer =
    decision === "allow"
      ? { behavior: "allow", updatedInput: input ?? {} }
      : { behavior: "deny", message: "The answer is no." };
  return { content: [{ type: "text", text: JSON.stringify(answer) }] };
}
