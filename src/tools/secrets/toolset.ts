// The secrets toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const secretsToolset: readonly Tool[] = [];
