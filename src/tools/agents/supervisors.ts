// create_supervisor_agent, and its tools: add, delete.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { agentOf, checkKind, createAgent, createPart, nameOf, removeNamed } from "./agents-api.ts";
import { agentInput, agentOutput, agentText, shownAgent } from "./fields.ts";

/** The field of each type of tool, and the key in it. */
const types = {
  genie_space: ["genie_space", "space_id"],
  knowledge_assistant: ["knowledge_assistant", "knowledge_assistant_id"],
  supervisor_agent: ["supervisor_agent", "supervisor_agent_id"],
  uc_function: ["uc_function", "name"],
  uc_connection: ["uc_connection", "name"],
  uc_mcp: ["uc_mcp", "name"],
  serving_endpoint: ["serving_endpoint", "name"],
  app: ["app", "name"],
  dashboard: ["dashboard", "dashboard_id"],
  table: ["table", "name"],
  volume: ["volume", "name"],
  catalog: ["catalog", "name"],
  schema: ["schema", "name"],
  skill: ["skill", "path"],
  databricks_web_search: ["web_search", undefined],
} as const;

type Type = keyof typeof types;
const typeNames = Object.keys(types) as [Type, ...Type[]];

const toolFields = {
  type: z.enum(typeNames),
  target: z.string().optional().describe("Id, name or path of it"),
  description: z.string().min(1).describe("What it answers and what not: questions are sent by it"),
};

const oneTool = z.strictObject(toolFields);
type SupervisorTool = z.output<typeof oneTool>;

function toolBody({ type, target, description }: SupervisorTool): object {
  const [field, key] = types[type];
  if (key === undefined) return { tool_type: type, description, [field]: {} };
  if (target === undefined || target === "") {
    throw new MortarError("invalid_input", `A tool of the type ${type} needs its target`, {
      hint: "The id, the whole name or the path of what it uses.",
    });
  }
  // Agents are named with their family elsewhere; here their id stands alone.
  const named = target.replace(/^(?:knowledge-assistants|supervisor-agents)\//, "");
  // The older key is still required beside the newer one.
  const more = type === "genie_space" ? { id: named } : {};
  return { tool_type: type, description, [field]: { [key]: named, ...more } };
}

/** The id of a tool, which the caller has to choose. */
function toolIdOf({ type, target }: SupervisorTool): string {
  const made = `${type}-${target ?? "web"}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return made.slice(0, 60).replaceAll(/^-|-$/g, "");
}

async function addTool(context: ToolContext, agent: string, tool: SupervisorTool): Promise<void> {
  await createPart(context, agent, { part: "tools", body: toolBody(tool), query: { tool_id: toolIdOf(tool) } });
}

export const createSupervisorAgent = defineTool({
  name: "create_supervisor_agent",
  toolset: "agents",
  effect: "write",
  title: "Create a supervisor agent",
  description:
    "Creates an agent that sends each question to the right one of its tools: Genie spaces, assistants, functions, apps.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    description: z.string().optional(),
    instructions: z.string().optional(),
    tools: z.array(oneTool).min(1),
  }),
  output: agentOutput,
  spellings: { agents: "tools" },
  targets: nowhere,
  run: async (context, { name, description, instructions, tools }) => {
    // All of them are looked at before anything is made.
    tools.forEach(toolBody);
    const agent = nameOf(await createAgent(context, "supervisor", { display_name: name, description, instructions }));
    for (const [at, tool] of tools.entries()) await addToNew(context, agent, { tool, at });
    return await shownAgent(context, await agentOf(context, agent));
  },
  text: agentText,
});

async function addToNew(
  context: ToolContext,
  agent: string,
  { tool, at }: { tool: SupervisorTool; at: number },
): Promise<void> {
  try {
    await addTool(context, agent, tool);
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    throw new MortarError(thrown.code, `The agent was made with ${at} tools; the next was refused: ${thrown.message}`, {
      hint: `Go on with ${agent}: \`add_supervisor_tool\`, or \`delete_agent\`. Do not create it again.`,
      cause: thrown,
    });
  }
}

export const addSupervisorTool = defineTool({
  name: "add_supervisor_tool",
  toolset: "agents",
  effect: "write",
  title: "Add a tool to a supervisor",
  description: "Gives a supervisor agent one more tool.",
  input: z.strictObject({ agent: agentInput, ...toolFields }),
  output: agentOutput,
  targets: nowhere,
  run: async (context, { agent, ...tool }) => {
    await addTool(context, checkKind(agent, "supervisor"), tool);
    return await shownAgent(context, await agentOf(context, agent));
  },
  text: agentText,
});

export const deleteSupervisorTool = defineTool({
  name: "delete_supervisor_tool",
  toolset: "agents",
  effect: "destructive",
  title: "Take a tool from a supervisor",
  description: "Takes a tool away from a supervisor agent. What it used stays.",
  input: z.strictObject({ tool: z.string().describe("As get_agent names it: supervisor-agents/ID/tools/ID") }),
  output: z.object({ tool: z.string(), agent: z.string(), state: z.string() }),
  confirm: ({ tool }) => question`Take the tool ${tool} away from its supervisor agent?`,
  targets: nowhere,
  run: async (context, { tool }) => {
    const agent = /^(supervisor-agents\/[^/]+)\/tools\/[^/]+$/.exec(tool)?.[1];
    if (agent === undefined) {
      throw new MortarError("invalid_input", "That is no tool of a supervisor agent", {
        hint: "`get_agent` names them.",
      });
    }
    await removeNamed(context, tool);
    return { tool, agent, state: "DELETED" };
  },
  text: (output) => fieldText(fieldLines(output)),
});
