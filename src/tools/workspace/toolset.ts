// The workspace toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createWorkspaceFolder } from "./create-workspace-folder.ts";
import { deleteWorkspacePath } from "./delete-workspace-path.ts";
import { downloadFromWorkspace } from "./download-from-workspace.ts";
import { getWorkspaceObject } from "./get-workspace-object.ts";
import { readWorkspaceFile } from "./read-workspace-file.ts";
import { searchWorkspace } from "./search-workspace.ts";
import { uploadToWorkspace } from "./upload-to-workspace.ts";

export const workspaceToolset: readonly Tool[] = [
  searchWorkspace,
  getWorkspaceObject,
  readWorkspaceFile,
  uploadToWorkspace,
  downloadFromWorkspace,
  createWorkspaceFolder,
  deleteWorkspacePath,
];
