// The vector_search toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const vectorSearchToolset: readonly Tool[] = [];
