// The resources toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { deleteMadeResource } from "./delete-made-resource.ts";
import { listMadeResources } from "./list-made-resources.ts";

export const resourcesToolset: readonly Tool[] = [listMadeResources, deleteMadeResource];
