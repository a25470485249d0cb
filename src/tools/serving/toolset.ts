// The serving toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const servingToolset: readonly Tool[] = [];
