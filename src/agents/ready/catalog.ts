// The agents that `mortar setup` makes ready.
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";
import { opencode } from "./opencode.ts";
import { serverAgents } from "./server-agents.ts";
import type { ManagedAgent } from "./types.ts";

export const managedAgents: readonly ManagedAgent[] = [claude, codex, gemini, opencode, ...serverAgents];
