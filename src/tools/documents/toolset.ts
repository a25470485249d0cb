// The documents toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const documentsToolset: readonly Tool[] = [];
