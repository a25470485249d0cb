// list_agents, get_agent, update_agent, delete_agent: of both kinds.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { text } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { asksNobody, question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs } from "../waiting.ts";
import {
  agentOf,
  checkAgent,
  kindOf,
  listOf,
  nameOf,
  partsOf,
  removeNamed,
  updateAgent,
  type AgentKind,
} from "./agents-api.ts";
import { agentFailed, agentInput, agentOutput, agentText, shownAgent, untilMade } from "./fields.ts";

export const listAgents = defineTool({
  name: "list_agents",
  toolset: "agents",
  effect: "read",
  title: "List agents",
  description:
    "Lists knowledge assistants (they answer from documents) and supervisor agents (they send a question to the right one).",
  input: z.strictObject({ kind: z.enum(["all", "assistant", "supervisor"]).default("all"), ...listInput }),
  output: listOutput,
  run: async (context, { kind, ...input }) => {
    const kinds: readonly AgentKind[] = kind === "all" ? ["assistant", "supervisor"] : [kind];
    const found = (await Promise.all(kinds.map((one) => listIfThere(context, one)))).flat();
    const items = found.map((wire) => ({ name: text(wire, "display_name") ?? nameOf(wire), wire }));
    return listPage({ items, truncated: false }, input, {
      fields: {
        agent: ({ wire }) => nameOf(wire),
        kind: ({ wire }) => kindOf(nameOf(wire)),
        name: ({ name }) => name,
        state: ({ wire }) => text(wire, "state"),
        endpoint: ({ wire }) => text(wire, "endpoint_name"),
        description: ({ wire }) => text(wire, "description"),
      },
      textChars: context.limits.textChars,
      nothing: "No agent matches that you can see.",
    });
  },
  text: listText,
});

/** Nothing where the workspace has no such agents at all. */
async function listIfThere(context: Parameters<typeof listOf>[0], kind: AgentKind) {
  try {
    return await listOf(context, kind);
  } catch (thrown) {
    if (thrown instanceof MortarError && ["not_found", "unsupported", "feature_disabled"].includes(thrown.code))
      return [];
    throw thrown;
  }
}

export const getAgent = defineTool({
  name: "get_agent",
  toolset: "agents",
  effect: "read",
  title: "Get an agent",
  description: "Tells an agent's state, instructions, endpoint, and its knowledge sources or tools.",
  input: z.strictObject({ agent: agentInput, wait_seconds: waitSecondsInput(0) }),
  output: agentOutput,
  run: async (context, { agent, wait_seconds }) =>
    shownAgent(context, await untilMade(context, checkAgent(agent), waitMs({ wait_seconds }, context))),
  text: agentText,
  failed: agentFailed,
});

export const updateAgentTool = defineTool({
  name: "update_agent",
  toolset: "agents",
  effect: "destructive",
  idempotent: true,
  title: "Change an agent",
  description: "Changes an agent's name, description or instructions.",
  input: z.strictObject({
    agent: agentInput,
    name: z.string().min(1).optional(),
    description: z.string().optional(),
    instructions: z.string().optional(),
  }),
  output: agentOutput,
  // What stood there before is in the answer of get_agent; sources, tools and examples stay.
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, { agent, name, description, instructions }) => {
    const given = Object.entries({ display_name: name, description, instructions });
    const body = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    if (Object.keys(body).length === 0)
      throw new MortarError("invalid_input", "There is nothing to change", {
        hint: "Give name, description or instructions.",
      });
    await updateAgent(context, checkAgent(agent), body);
    return await shownAgent(context, await agentOf(context, agent));
  },
  text: agentText,
});

export const deleteAgent = defineTool({
  name: "delete_agent",
  toolset: "agents",
  effect: "destructive",
  title: "Delete an agent",
  description: "Deletes a knowledge assistant or supervisor agent with its endpoint and examples. Documents stay.",
  input: z.strictObject({ agent: agentInput }),
  output: z.object({ agent: z.string(), name: z.string(), state: z.string() }),
  confirm: async ({ agent }, context) => {
    const name = text(await agentOf(context, checkAgent(agent)), "display_name") ?? agent;
    const examples = await partsOf(context, agent, "examples").catch(() => []);
    return question`Delete the agent ${name} (${agent}), its endpoint and its ${examples.length} examples?`;
  },
  targets: nowhere,
  run: async (context, { agent }) => {
    const name = text(await agentOf(context, checkAgent(agent)), "display_name") ?? "";
    await removeNamed(context, agent);
    return { agent, name, state: "DELETED" };
  },
  text: (output) => fieldText(fieldLines(output)),
});
