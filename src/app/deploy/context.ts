// What the steps of a deployment work with.
import type { ToolContext } from "../../tools/define.ts";

/** Of a tool's context, what the parts of tools that are used here ask for. */
export type DeployContext = Pick<ToolContext, "workspace" | "deps" | "signal" | "limits" | "progress">;
