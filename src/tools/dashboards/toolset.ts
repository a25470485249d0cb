// The dashboards toolset, in the catalog's order.
import type { Tool } from "../define.ts";

export const dashboardsToolset: readonly Tool[] = [];
