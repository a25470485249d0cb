// The toolset agents as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import addAgentExamples from "./add_agent_examples.json";
import addKnowledgeSource from "./add_knowledge_source.json";
import addSupervisorTool from "./add_supervisor_tool.json";
import createKnowledgeAssistant from "./create_knowledge_assistant.json";
import createSupervisorAgent from "./create_supervisor_agent.json";
import deleteAgent from "./delete_agent.json";
import deleteAgentExample from "./delete_agent_example.json";
import deleteKnowledgeSource from "./delete_knowledge_source.json";
import deleteSupervisorTool from "./delete_supervisor_tool.json";
import getAgent from "./get_agent.json";
import listAgentExamples from "./list_agent_examples.json";
import listAgents from "./list_agents.json";
import syncKnowledgeSources from "./sync_knowledge_sources.json";
import updateAgent from "./update_agent.json";

export const agentsGolden: readonly ListedTool[] = [
  listAgents,
  getAgent,
  createKnowledgeAssistant,
  createSupervisorAgent,
  updateAgent,
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
