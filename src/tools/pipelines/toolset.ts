// The pipelines toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const pipelinesToolset: readonly Tool[] = [];
