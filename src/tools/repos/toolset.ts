// The repos toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const reposToolset: readonly Tool[] = [];
