// A kernel: one language session with its process, its SQL session, its widgets and its folder.
import { readMagic } from "../notebook-cells.ts";
import type { World } from "../world.ts";
import { answerCall, describeFault, type CallContext } from "./calls.ts";
import { cellEnvironment } from "./child-environment.ts";
import { fileRoots } from "./file-paths.ts";
import { createFiles } from "./files.ts";
import { runFsMagic } from "./fs-magic.ts";
import { makeHomeFolder } from "./home-folder.ts";
import { mountOf } from "./mounts.ts";
import { runNested, type RunNotebook } from "./nested-run.ts";
import { NotebookFault, parseRunMagic, readNotebook, resolveNotebookPath } from "./notebook-source.ts";
import { createCollector, type OutputCollector } from "./output-collector.ts";
import { createPythonRunner, failure, type CellEnd } from "./python-runner.ts";
import { runShellCell } from "./shell-cell.ts";
import { sparkPlace } from "./spark-places.ts";
import { createSessionSecrets } from "./secrets.ts";
import { createSqlAccess } from "./sql-access.ts";
import { runSqlCell } from "./sql-cell.ts";
import { shownRows } from "./table-output.ts";
import type { CellLanguage, CellResult, Kernel, KernelOptions } from "./types.ts";
import { createWidgets } from "./widgets.ts";
import { findWorkspaceModule } from "./workspace-modules.ts";

interface Cell {
  readonly language: CellLanguage;
  readonly code: string;
}

/** Where a cell stands: what gathers its output, what cancels it, and the notebook that relative paths start from. */
interface Place {
  readonly collector: OutputCollector;
  readonly signal: AbortSignal;
  readonly path: string | undefined;
  /** How many %run lie around the cell. */
  readonly inlined: number;
}

const maxInlined = 20;
const defaultGraceMs = 3_000;
/** Languages whose cells may begin with a magic word when they come from a client and not from a notebook. */
const magicLanguages: readonly CellLanguage[] = ["python", "sql", "scala", "r"];

/** Opens a session. `runNotebook` runs the notebooks that dbutils.notebook.run names. */
export async function openSession(world: World, options: KernelOptions, runNotebook: RunNotebook): Promise<Kernel> {
  const home = await makeHomeFolder(world.folder, world.ids.hex(16));
  const ending = new AbortController();
  const widgets = createWidgets(options.widgets ?? {});
  const sql = createSqlAccess(world);
  const roots = fileRoots(world, home.root);
  const files = createFiles(roots);
  const secrets = createSessionSecrets(world);
  const env = cellEnvironment(world.env);
  const python = createPythonRunner({
    world,
    folder: home.work,
    packages: home.packages,
    graceMs: options.interruptGraceMs ?? defaultGraceMs,
    onCall: (method, params, gone) => answerCall(callContext(gone), method, params),
    onFault: describeFault,
  });
  let current: Place | undefined;
  let sqldf: object | undefined;
  let commands = 0;
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  const onStop = (): void => void close();
  world.signal.addEventListener("abort", onStop, { once: true });
  if (world.signal.aborted) onStop();

  return { run, close };

  function run(cell: Cell, signal?: AbortSignal): Promise<CellResult> {
    const result = last.then(() => runCell(cell, signal));
    last = result;
    return result;
  }

  async function runCell(cell: Cell, signal: AbortSignal | undefined): Promise<CellResult> {
    const startedAt = world.clock.now();
    const ends = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
    const collector = createCollector({ hidden: secrets.seen });
    const end = ends.aborted
      ? cancelled
      : await guard(cell, { collector, signal: ends, path: options.notebookPath, inlined: 0 });
    return {
      state: end.state,
      outputs: collector.outputs(),
      ...(end.error === undefined ? {} : { error: end.error }),
      ...(end.exit === undefined ? {} : { exit: end.exit }),
      ...(collector.isTruncated ? { truncated: true } : {}),
      startedAt,
      finishedAt: world.clock.now(),
    };
  }

  /** Runs a cell; an abort makes it cancelled, whatever it threw on its way out. */
  async function guard(cell: Cell, place: Place): Promise<CellEnd> {
    try {
      const end = await execute(cell, place);
      return place.signal.aborted ? cancelled : end;
    } catch (thrown) {
      if (place.signal.aborted) return cancelled;
      return failure(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  async function execute(given: Cell, place: Place): Promise<CellEnd> {
    current = place;
    const cell = magicLanguages.includes(given.language) ? readMagic(given.code, given.language) : given;
    switch (cell.language) {
      case "python":
      case "pip":
        return runPython(cell.language, cell.code, place);
      case "sql":
        return runSql(cell.code, place);
      case "sh":
        return runShell(cell.code, place);
      case "fs":
        place.collector.add(await runFsMagic(cell.code, files));
        return finished;
      case "run":
        return runInlined(cell.code, place);
      case "md":
        return finished;
      case "scala":
        return failure("Scala is not available in this emulator: it runs Python, SQL and shell cells");
      case "r":
        return failure("R is not available in this emulator: it runs Python, SQL and shell cells");
    }
  }

  async function runPython(kind: "python" | "pip", code: string, place: Place): Promise<CellEnd> {
    commands += 1;
    const request = { kind, code, name: `<command-${commands}>`, ...(sqldf === undefined ? {} : { sqldf }) };
    sqldf = undefined;
    return python.run(request, place.collector, place.signal);
  }

  async function runSql(code: string, { collector, signal }: Place): Promise<CellEnd> {
    const end = await runSqlCell({
      code,
      widgets,
      collector,
      signal,
      query: (statement, parameters) => sql.query(statement, { parameters, signal, rowLimit: shownRows }),
    });
    sqldf = end.sqldf ?? sqldf;
    return end.error === undefined ? finished : { state: "error", error: end.error };
  }

  async function runShell(code: string, { collector, signal }: Place): Promise<CellEnd> {
    const error = await runShellCell({ code, folder: home.work, env, signal, onText: (text) => collector.text(text) });
    return error === undefined ? finished : { state: "error", error };
  }

  /** %run: the other notebook's cells in this session. */
  async function runInlined(code: string, place: Place): Promise<CellEnd> {
    if (place.inlined >= maxInlined) throw new NotebookFault(`%run is nested more than ${maxInlined} deep`);
    const { path, values } = parseRunMagic(code);
    const notebook = readNotebook(world, resolveNotebookPath(path, place.path));
    for (const [name, value] of values) widgets.set(name, value);
    for (const cell of notebook.cells) {
      const end = await execute(cell, { ...place, path: notebook.path, inlined: place.inlined + 1 });
      if (end.state !== "finished" || end.exit !== undefined) return end;
      place.signal.throwIfAborted();
    }
    return finished;
  }

  function callContext(gone: AbortSignal): CallContext {
    return {
      sql,
      widgets,
      files,
      taskValues: options.taskValues,
      mount: (path) => mountOf(path, roots, home.root),
      place: (path) => sparkPlace(path, { roots, tree: world.tree, folder: home.root }),
      findModule: (name) =>
        options.notebookPath === undefined ? undefined : findWorkspaceModule(world, options.notebookPath, name),
      signal: AbortSignal.any([current?.signal ?? ending.signal, gone]),
      readSecret: secrets.read,
      listSecrets: secrets.list,
      collector: current?.collector ?? createCollector({ hidden: secrets.seen }),
      runNotebook: ({ path, parameters, timeoutMs, signal }) =>
        runNested(world, runNotebook, {
          path: resolveNotebookPath(path, options.notebookPath),
          depth: (options.depth ?? 0) + 1,
          parameters,
          timeoutMs,
          signal,
        }),
    };
  }

  function close(): Promise<void> {
    closing ??= (async () => {
      world.signal.removeEventListener("abort", onStop);
      ending.abort(new DOMException("The session was closed", "AbortError"));
      await python.close();
      await last.catch(() => undefined);
      await sql.close();
      await home.remove();
    })();
    return closing;
  }
}

const finished: CellEnd = { state: "finished" };
const cancelled: CellEnd = { state: "cancelled" };
