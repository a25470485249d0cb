// What runs cells, and what a cell gave.
import type { NotebookLanguage } from "../state/tree.ts";

export type CellLanguage = "python" | "sql" | "scala" | "r" | "sh" | "md" | "fs" | "run" | "pip";

/** One output of a cell, in the order it appeared. */
export type CellOutput =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "html"; readonly html: string }
  | {
      readonly type: "table";
      readonly columns: readonly TableColumn[];
      readonly rows: readonly (readonly unknown[])[];
      readonly truncated: boolean;
    }
  | { readonly type: "image"; readonly mime: string; readonly base64: string };

export interface TableColumn {
  readonly name: string;
  /** A Spark type as simple text: `int`, `string`, `double`. */
  readonly type: string;
}

export interface CellError {
  /** One line: `ZeroDivisionError: division by zero`. */
  readonly summary: string;
  /** The whole trace, as the language prints it. */
  readonly trace: string;
}

export interface CellResult {
  readonly state: "finished" | "error" | "cancelled";
  readonly outputs: readonly CellOutput[];
  readonly error?: CellError;
  /** Set when the cell called dbutils.notebook.exit(value). */
  readonly exit?: string;
  /** Set when output was left out, because a cell shows no more. A table that was cut says so itself. */
  readonly truncated?: true;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A session that keeps its state between cells. One cell runs at a time; further ones wait. */
export interface Kernel {
  /** Never throws for a failing cell; an aborted `signal` interrupts the cell and gives state `cancelled`. */
  run(cell: { language: CellLanguage; code: string }, signal?: AbortSignal): Promise<CellResult>;
  /** Ends the session and its process. */
  close(): Promise<void>;
}

/** What the tasks of one job run leave for each other: dbutils.jobs.taskValues. Values are JSON. */
export interface TaskValues {
  set(key: string, value: unknown): void;
  /** The value that a task of the run has set, or undefined. */
  get(taskKey: string, key: string): unknown;
}

export interface KernelOptions {
  /** Language of cells without a magic. */
  readonly language: NotebookLanguage;
  /** Where the notebook lies, for %run and dbutils.notebook.run with relative paths. */
  readonly notebookPath?: string;
  /** Values for dbutils.widgets. */
  readonly widgets?: Readonly<Record<string, string>>;
  /** How long a cancelled Python cell may go on before its process is killed, in milliseconds; 3,000 unless given. */
  readonly interruptGraceMs?: number;
  /** Nested dbutils.notebook.run depth. */
  readonly depth?: number;
  /** Absent outside of a job's task. */
  readonly taskValues?: TaskValues;
}

export interface NotebookRequest {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called after each cell, for progress. */
  readonly onCell?: (command: ExecutedCommand) => void;
  readonly depth?: number;
  /** Absent outside of a job's task. */
  readonly taskValues?: TaskValues;
}

/** One cell of a run, as runs/export shows it. */
export interface ExecutedCommand {
  readonly position: number;
  readonly language: CellLanguage;
  readonly title?: string;
  /** The cell's source as typed, magic line included. */
  readonly source: string;
  readonly result: CellResult | undefined;
}

export interface NotebookOutcome {
  readonly state: "SUCCESS" | "FAILED" | "CANCELED";
  readonly exit?: string;
  readonly error?: CellError;
  readonly language: NotebookLanguage;
  readonly commands: readonly ExecutedCommand[];
}
