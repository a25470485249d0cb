// The agents that can be started on the workspace.
import type { Agent, AgentName } from "./agent.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";

export const agents: Readonly<Record<AgentName, Agent>> = { claude, codex, gemini, opencode, copilot };
