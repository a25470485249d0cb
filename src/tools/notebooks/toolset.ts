// The notebooks toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { getRunOutput } from "./get-run-output.ts";
import { listNotebooks } from "./list-notebooks.ts";
import { readNotebook } from "./read-notebook.ts";
import { resolvePathTool } from "./resolve-path.ts";
import { runNotebook } from "./run-notebook.ts";
import { updateNotebookCell } from "./update-notebook-cell.ts";
import { waitForRunTool } from "./wait-for-run.ts";
import { writeNotebook } from "./write-notebook.ts";

export const notebooksToolset: readonly Tool[] = [
  listNotebooks,
  readNotebook,
  writeNotebook,
  updateNotebookCell,
  runNotebook,
  waitForRunTool,
  getRunOutput,
  resolvePathTool,
];
