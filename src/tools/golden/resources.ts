// The toolset resources as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import deleteMadeResource from "./delete_made_resource.json";
import listMadeResources from "./list_made_resources.json";

export const resourcesGolden: readonly ListedTool[] = [listMadeResources, deleteMadeResource];
