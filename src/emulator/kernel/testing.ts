// A kernel in a world of its own, for tests.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createTestWorld } from "../testing.ts";
import type { SqlEngine, SqlOptions, SqlTable } from "../sql/engine.ts";
import type { NotebookLanguage } from "../state/tree.ts";
import type { World } from "../world.ts";
import { startKernel } from "./start.ts";
import type { CellLanguage, CellResult, Kernel, KernelOptions } from "./types.ts";

export interface TestKernel {
  readonly world: World;
  readonly kernel: Kernel;
  /** Runs one cell; Python unless said otherwise. */
  run(code: string, language?: CellLanguage, signal?: AbortSignal): Promise<CellResult>;
  /** Runs a Python cell that must succeed, and gives its text. */
  text(code: string): Promise<string>;
  /** Runs a Python cell that must fail, and gives the one line of its error. */
  failure(code: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createTestKernel(
  options: Partial<KernelOptions> = {},
  overrides: Partial<World> = {},
): Promise<TestKernel> {
  const { world, dispose } = await createTestWorld(overrides);
  const kernel = await startKernel(world, { language: "PYTHON", ...options });
  const run: TestKernel["run"] = (code, language = "python", signal) => kernel.run({ language, code }, signal);
  return {
    world,
    kernel,
    run,
    text: async (code) => {
      const result = await run(code);
      if (result.state !== "finished") throw new Error(`${result.state}: ${result.error?.trace ?? ""}`);
      return textOf(result);
    },
    failure: async (code) => {
      const result = await run(code);
      if (result.state !== "error") throw new Error(`the cell ended as ${result.state}: ${textOf(result)}`);
      return result.error?.summary ?? "";
    },
    [Symbol.asyncDispose]: async () => {
      await kernel.close();
      await dispose();
    },
  };
}

/** The folder of the world's one kernel: `work` and `packages` are in it. */
export async function kernelFolder({ world }: TestKernel): Promise<string> {
  const [name, ...more] = await readdir(join(world.folder, "kernels"));
  if (name === undefined || more.length > 0) throw new Error("the world has not one kernel");
  return join(world.folder, "kernels", name);
}

export function textOf(result: CellResult): string {
  return result.outputs.map((output) => (output.type === "text" ? output.text : "")).join("");
}

/** Writes a notebook of the given cells, which are source text: magics are lines that begin with `%`. */
export function writeNotebook(
  world: World,
  path: string,
  cells: readonly string[],
  language: NotebookLanguage = "PYTHON",
): void {
  const token = { PYTHON: "#", R: "#", SQL: "--", SCALA: "//" }[language];
  const bodies = cells.map((cell) =>
    cell.startsWith("%")
      ? cell
          .split("\n")
          .map((line) => `${token} MAGIC ${line}`)
          .join("\n")
      : cell,
  );
  const source = `${token} Databricks notebook source\n${bodies.join(`\n\n${token} COMMAND ----------\n\n`)}\n`;
  world.tree.makeFolder(path.slice(0, path.lastIndexOf("/")));
  world.tree.write(path, new TextEncoder().encode(source), { objectType: "NOTEBOOK", language, overwrite: true });
}

/** An engine whose sessions answer with `answer`, and the statements that they were asked. */
export function scriptedSql(answer: (statement: string, options: SqlOptions) => SqlTable | Promise<SqlTable>): {
  engine: SqlEngine;
  statements: string[];
} {
  const statements: string[] = [];
  const engine: SqlEngine = {
    catalogs: () => new Map(),
    change: async () => undefined,
    newDocument: () => {
      throw new Error("nothing is made here");
    },
    session: async () => ({
      catalog: "workspace",
      schema: "default",
      query: async (statement, options = {}) => {
        statements.push(statement);
        return answer(statement, options);
      },
      close: async () => undefined,
    }),
    close: async () => undefined,
  };
  return { engine, statements };
}

/** Whether a process runs; one that has ended and waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  const { stdout } = Bun.spawnSync(["ps", "-o", "stat=", "-p", String(pid)]);
  const state = stdout.toString().trim();
  return state !== "" && !state.startsWith("Z");
}

/** Resolves when the condition holds; a test's own limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}
