// The lakebase toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const lakebaseToolset: readonly Tool[] = [];
