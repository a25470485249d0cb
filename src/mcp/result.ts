// Results and errors of tools as MCP carries them. Each half of a result stands alone: hosts show the model only one.
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { MortarError } from "../platform/errors.ts";
import { redact } from "../platform/log.ts";
import type { Tool, ToolImage, ToolResult } from "../tools/define.ts";

/**
 * A tool that runs something fails with it: a cell that raised is an error. One that only looks at what runs has done its
 * work, whatever it saw.
 */
export function toolResult(
  { effect }: Pick<Tool, "effect">,
  result: ToolResult,
  images: readonly ToolImage[],
): CallToolResult {
  return {
    content: [
      { type: "text", text: result.text },
      ...images.map(({ mimeType, data }) => ({ type: "image" as const, mimeType, data })),
    ],
    structuredContent: { ...result.data },
    ...(result.failed && effect !== "read" ? { isError: true } : {}),
  };
}

/** An error is text alone: it does not fit the tool's output schema, and clients check what is structured. */
export function errorResult(error: MortarError): CallToolResult {
  const lines = [`error: ${error.message}`];
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  // Not `code:`, which the redaction of secrets takes for an authorization code.
  lines.push(`error_code: ${error.code}`);
  if (error.workspaceCode !== undefined) lines.push(`workspace_code: ${error.workspaceCode}`);
  if (error.requestId !== undefined) lines.push(`request_id: ${error.requestId}`);
  return { content: [{ type: "text", text: redact(lines.join("\n")) }], isError: true };
}
