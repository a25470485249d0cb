// What the tools of agents take and tell alike.
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { pollUntil } from "../../workspace/poll.ts";
import { object, text } from "../../workspace/fields.ts";
import type { ToolContext } from "../define.ts";
import { tableFields, tableOf, type Table } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { waitOptions } from "../waiting.ts";
import { agentOf, endpointState, kindOf, nameOf, partsOf } from "./agents-api.ts";

export const agentInput = z.string().min(1, "must not be empty").describe("Agent, as list_agents names it");

export const agentOutput = z.object({
  agent: z.string(),
  kind: z.string(),
  name: z.string(),
  state: z.string().optional(),
  error: z.string().optional(),
  description: z.string().optional(),
  instructions: z.string().optional(),
  endpoint: z.string().optional(),
  endpoint_state: z.string().optional(),
  examples: z.number().optional(),
  ...tableFields,
  hint: z.string().optional(),
});

/** An agent with what it draws on: the sources of an assistant, the tools of a supervisor. */
export async function shownAgent(context: ToolContext, wire: JsonObject) {
  const agent = nameOf(wire);
  const kind = kindOf(agent);
  const endpoint = text(wire, "endpoint_name");
  const [parts, examples, endpoint_state] = await Promise.all([
    partsOf(context, agent, kind === "assistant" ? "knowledge-sources" : "tools"),
    // Examples of an agent that is being made cannot be read yet.
    partsOf(context, agent, "examples").catch(() => undefined),
    endpointState(context, endpoint),
  ]);
  const state = text(wire, "state");
  return {
    agent,
    kind,
    name: text(wire, "display_name") ?? "",
    state,
    error: text(wire, "error_info"),
    description: text(wire, "description"),
    instructions: text(wire, "instructions"),
    endpoint,
    endpoint_state,
    examples: examples?.length,
    ...partTable(parts),
    hint:
      state === "CREATING"
        ? "It is being made. `get_agent` with wait_seconds waits on; do not create it again."
        : undefined,
  };
}

function partTable(parts: readonly JsonObject[]): Table {
  return tableOf(parts, {
    part: nameOf,
    type: (one) => text(one, "source_type") ?? text(one, "tool_type"),
    target: targetOf,
    description: (one) => text(one, "description") ?? text(one, "display_name"),
    state: (one) => text(one, "state"),
  });
}

const specs = [
  "files",
  "index",
  "file_table",
  "genie_space",
  "knowledge_assistant",
  "uc_function",
  "uc_connection",
  "uc_mcp",
  "app",
  "volume",
  "dashboard",
  "lakeview_dashboard",
  "serving_endpoint",
  "table",
  "uc_table",
  "vector_search_index",
  "catalog",
  "schema",
  "supervisor_agent",
  "skill",
] as const;

const targets = [
  "path",
  "index_name",
  "table_name",
  "space_id",
  "knowledge_assistant_id",
  "dashboard_id",
  "supervisor_agent_id",
  "name",
  "id",
];

/** What a source or a tool points to. */
function targetOf(wire: JsonObject): string | undefined {
  const spec = specs.map((key) => object(wire, key)).find((one) => one !== undefined);
  if (spec === undefined) return undefined;
  return targets.map((key) => text(spec, key)).find((one) => one !== undefined);
}

export function agentText({ columns, rows, ...rest }: z.output<typeof agentOutput>): string {
  return fieldText(fieldLines(rest), tableLines(columns, rows));
}

/** The agent when it is no longer being made, or when the time is over. */
export async function untilMade(context: ToolContext, agent: string, timeoutMs: number): Promise<JsonObject> {
  const { last } = await pollUntil(context.deps.clock, (signal) => agentOf(context, agent, signal), {
    ...waitOptions<JsonObject>(context, timeoutMs, (wire) => `the agent is ${text(wire, "state") ?? "being made"}`),
    maxDelayMs: 15_000,
    done: (wire) => text(wire, "state") !== "CREATING",
  });
  return last;
}

export const agentFailed = ({ state }: { readonly state?: string | undefined }): boolean => state === "FAILED";
