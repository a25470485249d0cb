// The toolset dashboards as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";

export const dashboardsGolden: readonly ListedTool[] = [];
