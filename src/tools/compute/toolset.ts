// The compute toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const computeToolset: readonly Tool[] = [];
