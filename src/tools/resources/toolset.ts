// The resources toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const resourcesToolset: readonly Tool[] = [];
