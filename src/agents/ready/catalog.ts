// The agents that `mortar setup` makes ready.
import { claude } from "./claude.ts";
import type { ManagedAgent } from "./types.ts";

export const managedAgents: readonly ManagedAgent[] = [claude];
