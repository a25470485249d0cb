// Keeps one Python process for a kernel: starts it at the first Python cell, and again after it has died.
import type { World } from "../world.ts";
import { cellEnvironment } from "./child-environment.ts";
import type { OutputCollector } from "./output-collector.ts";
import { PythonProcess, type OnCall, type PythonOutcome, type PythonRequest } from "./python-process.ts";
import { limitTable } from "./table-output.ts";
import type { CellError } from "./types.ts";

/** How a cell ended, before it is a CellResult. */
export interface CellEnd {
  readonly state: "finished" | "error" | "cancelled";
  readonly error?: CellError;
  readonly exit?: string;
}

export interface PythonRunnerOptions {
  readonly world: World;
  /** Working folder of the process. */
  readonly folder: string;
  readonly packages: string;
  /** How long a cancelled cell may go on before its process is killed, in milliseconds. */
  readonly graceMs: number;
  readonly onCall: OnCall;
  readonly onFault: (thrown: unknown) => object;
}

export interface PythonRunner {
  /** Runs a request; one at a time. Never throws. */
  run(request: PythonRequest, collector: OutputCollector, signal: AbortSignal): Promise<CellEnd>;
  close(): Promise<void>;
}

const noPython =
  "Python is not available: no python3 (3.8 or newer) was found on the PATH of the emulator. " +
  "Install Python 3 (https://www.python.org/downloads) and start the emulator again. SQL cells run without it.";

export function createPythonRunner(options: PythonRunnerOptions): PythonRunner {
  let process: PythonProcess | undefined;
  let collector: OutputCollector | undefined;
  let lost: string | undefined;
  let late = "";
  let closed = false;

  return { run, close };

  async function run(request: PythonRequest, into: OutputCollector, signal: AbortSignal): Promise<CellEnd> {
    const python = await options.world.python();
    if (python === undefined) return failure(noPython);
    if (process?.isDead === true) {
      process = undefined;
      lost ??= "The Python process ended between two cells.";
    }
    if (signal.aborted || closed) return { state: "cancelled" };
    if (lost !== undefined)
      into.text(`${lost} Python was started again: variables and imports of earlier cells are gone.\n`);
    lost = undefined;
    into.text(late);
    late = "";
    collector = into;
    try {
      process ??= begin(python);
      const outcome = await supervise(process, request, signal);
      return await settle(outcome, signal);
    } catch (thrown) {
      return failure(`Python could not be started: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    } finally {
      collector = undefined;
    }
  }

  function begin(python: string): PythonProcess {
    return new PythonProcess({
      python,
      folder: options.folder,
      packages: options.packages,
      env: cellEnvironment(options.world.env),
      onCall: options.onCall,
      onFault: options.onFault,
      onOutput: (output) =>
        collector?.add(output.type === "table" ? limitTable(output.columns, output.rows, output.truncated) : output),
      onSkipped: () => collector?.skip(),
      onText: (text) => {
        if (collector !== undefined) collector.text(text);
        // A thread that prints after its cell's end: the next cell shows it.
        else late = (late + text).slice(0, 1_000_000);
      },
    });
  }

  async function supervise(
    running: PythonProcess,
    request: PythonRequest,
    signal: AbortSignal,
  ): Promise<PythonOutcome> {
    let grace: ReturnType<typeof setTimeout> | undefined;
    const onAbort = (): void => {
      running.interrupt();
      grace = setTimeout(() => void running.kill(), options.graceMs);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await running.run(request);
    } finally {
      clearTimeout(grace);
      signal.removeEventListener("abort", onAbort);
    }
  }

  async function settle(outcome: PythonOutcome, signal: AbortSignal): Promise<CellEnd> {
    if (outcome.died) {
      process = undefined;
      lost = signal.aborted ? "The cancelled cell did not stop, so that its Python process was ended." : outcome.reason;
      return signal.aborted ? { state: "cancelled" } : failure(outcome.reason);
    }
    if (outcome.restart) {
      const ended = process;
      process = undefined;
      await ended?.kill();
    }
    if (signal.aborted) return { state: "cancelled" };
    const { state, error, exit } = outcome;
    // A KeyboardInterrupt that nobody asked for is the user's own.
    return {
      state: state === "cancelled" ? "error" : state,
      ...(error === undefined ? {} : { error }),
      ...(exit === undefined ? {} : { exit }),
    };
  }

  async function close(): Promise<void> {
    closed = true;
    const ended = process;
    process = undefined;
    await ended?.kill();
  }
}

/** A cell that failed with this message alone. */
export function failure(message: string): CellEnd {
  return { state: "error", error: { summary: message, trace: message } };
}
