// The apps toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const appsToolset: readonly Tool[] = [];
