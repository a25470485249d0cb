// The queries toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const queriesToolset: readonly Tool[] = [];
