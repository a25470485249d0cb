// A bare server on the official SDK with 25 tools of a usual size: what `mcp serve` is measured beside.
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

serveStdio(() => {
  const server = new McpServer({ name: "yardstick", version: "1.0.0" });
  for (let number = 0; number < 25; number++) {
    server.registerTool(
      `tool_${number}`,
      {
        title: `Tool ${number}`,
        description: "Does one thing with a path, and says what became of it.",
        inputSchema: z.object({
          path: z.string().describe("Full path of the object"),
          limit: z.number().int().optional().describe("How many at the most"),
          mode: z.enum(["one", "two", "three"]).optional().describe("Which way"),
          parameters: z.record(z.string(), z.string()).optional().describe("Names and values"),
        }),
        outputSchema: z.object({
          id: z.string(),
          state: z.string(),
          columns: z.array(z.string()),
          truncated: z.boolean(),
        }),
      },
      async () => ({
        content: [{ type: "text", text: "done" }],
        structuredContent: { id: "1", state: "done", columns: [], truncated: false },
      }),
    );
  }
  return server;
});
