// Runs a notebook of the workspace from its first cell to its last.
import type { World } from "../world.ts";
import { NotebookFault, readNotebook, type NotebookSource } from "./notebook-source.ts";
import { openSession } from "./session.ts";
import type { CellError, ExecutedCommand, Kernel, NotebookOutcome, NotebookRequest } from "./types.ts";

/**
 * Runs the cells in order in a session of its own, up to the first error or dbutils.notebook.exit; later cells have no result.
 * A missing notebook gives FAILED. Does not throw for what a cell does.
 */
export async function runNotebook(world: World, request: NotebookRequest): Promise<NotebookOutcome> {
  let notebook: NotebookSource;
  try {
    notebook = readNotebook(world, request.path);
  } catch (thrown) {
    if (!(thrown instanceof NotebookFault)) throw thrown;
    const error = { summary: thrown.message, trace: thrown.message };
    return { state: "FAILED", error, language: "PYTHON", commands: [] };
  }
  const kernel = await openSession(
    world,
    {
      language: notebook.language,
      notebookPath: notebook.path,
      widgets: request.parameters,
      ...(request.depth === undefined ? {} : { depth: request.depth }),
      ...(request.taskValues === undefined ? {} : { taskValues: request.taskValues }),
    },
    runNotebook,
  );
  try {
    return await runCells(kernel, notebook, request);
  } finally {
    await kernel.close();
  }
}

async function runCells(kernel: Kernel, notebook: NotebookSource, request: NotebookRequest): Promise<NotebookOutcome> {
  const commands: ExecutedCommand[] = notebook.cells.map((cell, index) => ({
    position: index + 1,
    language: cell.language,
    source: cell.source,
    result: undefined,
    ...(cell.title === undefined ? {} : { title: cell.title }),
  }));
  const outcome = (
    state: NotebookOutcome["state"],
    more: { exit?: string; error?: CellError } = {},
  ): NotebookOutcome => ({
    state,
    language: notebook.language,
    commands,
    ...more,
  });
  for (const [index, cell] of notebook.cells.entries()) {
    if (request.signal.aborted) return outcome("CANCELED");
    const result = await kernel.run(cell, request.signal);
    const command = commands[index];
    if (command === undefined) break;
    const executed = { ...command, result };
    commands[index] = executed;
    request.onCell?.(executed);
    if (result.state === "cancelled") return outcome("CANCELED");
    if (result.state === "error") return outcome("FAILED", result.error === undefined ? {} : { error: result.error });
    if (result.exit !== undefined) return outcome("SUCCESS", { exit: result.exit });
  }
  return outcome("SUCCESS");
}
