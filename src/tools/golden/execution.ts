// The toolset execution as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createContext from "./create_context.json";
import destroyContext from "./destroy_context.json";
import executeCell from "./execute_cell.json";
import getCommandResult from "./get_command_result.json";

export const executionGolden: readonly ListedTool[] = [createContext, executeCell, getCommandResult, destroyContext];
