// The agents toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { deleteAgent, getAgent, listAgents, updateAgentTool } from "./agents.ts";
import { addAgentExamples, deleteAgentExample, listAgentExamples } from "./examples.ts";
import {
  addKnowledgeSource,
  createKnowledgeAssistant,
  deleteKnowledgeSource,
  syncKnowledgeSources,
} from "./knowledge-assistants.ts";
import { addSupervisorTool, createSupervisorAgent, deleteSupervisorTool } from "./supervisors.ts";

export const agentsToolset: readonly Tool[] = [
  listAgents,
  getAgent,
  createKnowledgeAssistant,
  createSupervisorAgent,
  updateAgentTool,
  deleteAgent,
  addKnowledgeSource,
  deleteKnowledgeSource,
  syncKnowledgeSources,
  addSupervisorTool,
  deleteSupervisorTool,
  listAgentExamples,
  addAgentExamples,
  deleteAgentExample,
];
