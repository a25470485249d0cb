// The execution toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createContext } from "./create-context.ts";
import { destroyContext } from "./destroy-context.ts";
import { executeCell } from "./execute-cell.ts";
import { getCommandResult } from "./get-command-result.ts";

export const executionToolset: readonly Tool[] = [createContext, executeCell, getCommandResult, destroyContext];
