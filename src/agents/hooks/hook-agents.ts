// The agents that can have hooks.
import { claudeHooks } from "./claude.ts";
import { codexHooks } from "./codex.ts";
import { opencodeHooks } from "./opencode.ts";
import type { HookAgent, HookedAgent } from "./plan.ts";

export const hookAgents: Readonly<Record<HookedAgent, HookAgent>> = {
  claude: claudeHooks,
  codex: codexHooks,
  opencode: opencodeHooks,
};
