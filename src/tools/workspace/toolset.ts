// The workspace toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const workspaceToolset: readonly Tool[] = [];
