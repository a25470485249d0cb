// The toolset notebooks as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import getRunOutput from "./get_run_output.json";
import listNotebooks from "./list_notebooks.json";
import readNotebook from "./read_notebook.json";
import resolvePath from "./resolve_path.json";
import runNotebook from "./run_notebook.json";
import updateNotebookCell from "./update_notebook_cell.json";
import waitForRun from "./wait_for_run.json";
import writeNotebook from "./write_notebook.json";

export const notebooksGolden: readonly ListedTool[] = [
  listNotebooks,
  readNotebook,
  writeNotebook,
  updateNotebookCell,
  runNotebook,
  waitForRun,
  getRunOutput,
  resolvePath,
];
