// The toolset workspace as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createWorkspaceFolder from "./create_workspace_folder.json";
import deleteWorkspacePath from "./delete_workspace_path.json";
import downloadFromWorkspace from "./download_from_workspace.json";
import getWorkspaceObject from "./get_workspace_object.json";
import readWorkspaceFile from "./read_workspace_file.json";
import searchWorkspace from "./search_workspace.json";
import uploadToWorkspace from "./upload_to_workspace.json";

export const workspaceGolden: readonly ListedTool[] = [
  searchWorkspace,
  getWorkspaceObject,
  readWorkspaceFile,
  uploadToWorkspace,
  downloadFromWorkspace,
  createWorkspaceFolder,
  deleteWorkspacePath,
];
