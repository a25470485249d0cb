// The identity toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const identityToolset: readonly Tool[] = [];
