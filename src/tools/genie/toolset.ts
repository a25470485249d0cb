// The genie toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const genieToolset: readonly Tool[] = [];
