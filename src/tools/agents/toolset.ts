// The agents toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const agentsToolset: readonly Tool[] = [];
