// An emulator for tests of jobs: notebooks whose text says how they end, and waits that end with a condition.
import { systemClock } from "../../platform/clock.ts";
import type { Clock } from "../../platform/deps.ts";
import type { JsonObject } from "../../platform/json.ts";
import { contextsOf } from "../contexts/contexts.ts";
import type { CellResult, ExecutedCommand, NotebookOutcome, NotebookRequest } from "../kernel/types.ts";
import type { EmulatorOptions } from "../server.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";
import type { World } from "../world.ts";
import { engineOf } from "./engine.ts";
import type { Runners } from "./executors.ts";
import { untilAborted } from "./stop.ts";

export interface JobsEmulator {
  readonly emulator: TestEmulator;
  readonly world: World;
  /** Paths of the notebooks that were run, with their parameters, in order. */
  readonly ran: { readonly path: string; readonly parameters: Readonly<Record<string, string>> }[];
  /** POST to `/api/2.2/jobs/...`; fails on any status but 200. */
  post(path: string, body?: unknown): Promise<JsonObject>;
  get(path: string, query?: Record<string, string>): Promise<JsonObject>;
  /** The error body of a request that must be refused. */
  refusal(request: string, body?: unknown): Promise<JsonObject>;
  /** Makes a notebook; its text is `exit VALUE`, `fail MESSAGE`, `hang`, `flaky N` (fails N times) or anything else. */
  notebook(name: string, text?: string): string;
  /** Polls runs/get until the condition holds. */
  untilRun(runId: unknown, holds: (run: RunJson) => boolean): Promise<RunJson>;
  untilEnded(runId: unknown): Promise<RunJson>;
  dispose(): Promise<void>;
}

/** A run as the tests read it. */
export interface RunJson {
  readonly run_id: unknown;
  readonly state: { life_cycle_state: string; result_state?: string; state_message: string; queue_reason?: string };
  readonly status: { state: string; termination_details?: { code: string; type: string; message?: string } };
  readonly tasks?: readonly TaskJson[];
  readonly [name: string]: unknown;
}

export interface TaskJson extends RunJson {
  readonly task_key: string;
  readonly attempt_number: number;
}

const deadlineMs = 50_000;

/** Asks again and again until `holds`, for at most fifty seconds. */
export async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (performance.now() > deadline)
      throw new Error(`the condition did not come true: ${JSON.stringify(value).slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

/** The latest attempt of a task of a run. */
export function taskOf(run: RunJson, key: string): TaskJson {
  const task = run.tasks?.findLast((one) => one.task_key === key);
  if (task === undefined) throw new Error(`no task ${key}`);
  return task;
}

export interface JobsEmulatorOptions extends Partial<EmulatorOptions> {
  /** The real kernel instead of scripted notebooks. */
  readonly real?: boolean;
}

/** A clock on which a second passes in ten milliseconds, for what is limited in whole seconds. */
export const fastClock: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

export async function startJobsEmulator(options: JobsEmulatorOptions = {}): Promise<JobsEmulator> {
  const emulator = await startTestEmulator(options);
  const { world } = emulator;
  const ran: { path: string; parameters: Readonly<Record<string, string>> }[] = [];
  if (options.real !== true) {
    const runners = scriptedRunners(ran);
    engineOf(world, runners);
    contextsOf(world, runners.startKernel);
  }
  const expectOk = async (request: string, body?: unknown): Promise<JsonObject> => {
    const answer = await emulator.call(request, body === undefined ? {} : { body });
    if (answer.status !== 200) throw new Error(`${request} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  };
  const get = (path: string, query: Record<string, string> = {}): Promise<JsonObject> =>
    expectOk(`GET /api/2.2/jobs/${path}?${new URLSearchParams(query)}`);
  const untilRun = (runId: unknown, holds: (run: RunJson) => boolean): Promise<RunJson> =>
    until(() => get("runs/get", { run_id: String(runId) }) as Promise<unknown> as Promise<RunJson>, holds);
  return {
    emulator,
    world,
    ran,
    get,
    post: (path, body = {}) => expectOk(`POST /api/2.2/jobs/${path}`, body),
    refusal: async (request, body) => {
      const answer = await emulator.call(request, body === undefined ? {} : { body });
      if (answer.status < 400) throw new Error(`${request} was not refused: ${answer.text}`);
      return { status: answer.status, ...answer.json };
    },
    notebook: (name, text = "pass") => {
      const path = `/Shared/${name}`;
      const bytes = new TextEncoder().encode(`# Databricks notebook source\n${text}\n`);
      world.tree.write(path, bytes, { objectType: "NOTEBOOK", language: "PYTHON", overwrite: true });
      return path;
    },
    untilRun,
    untilEnded: (runId) => untilRun(runId, (run) => run.status.state === "TERMINATED"),
    dispose: () => emulator.dispose(),
  };
}

type Ran = JobsEmulator["ran"];

function scriptedRunners(ran: Ran): Runners {
  return {
    runNotebook: (world, request) => {
      ran.push({ path: request.path, parameters: request.parameters });
      const source = new TextDecoder().decode(world.tree.read(request.path)).split("\n")[1] ?? "";
      const before = ran.filter(({ path }) => path === request.path).length - 1;
      return play(source, request, before);
    },
    startKernel: async () => ({
      run: async ({ code }, signal) => {
        if (code === "hang" && signal !== undefined) await untilAborted(signal).catch(() => undefined);
        return {
          ...cell([{ type: "text", text: `ran ${code}\n` }]),
          state: signal?.aborted === true ? "cancelled" : "finished",
        };
      },
      close: async () => undefined,
    }),
  };
}

async function play(source: string, request: NotebookRequest, before: number): Promise<NotebookOutcome> {
  const [word = "", ...rest] = source.split(" ");
  const argument = rest.join(" ");
  const finished = (result: CellResult, more: Partial<NotebookOutcome> = {}): NotebookOutcome => {
    const command: ExecutedCommand = { position: 1, language: "python", source, result };
    request.onCell?.(command);
    return { state: "SUCCESS", language: "PYTHON", commands: [command], ...more };
  };
  if (word === "hang") {
    request.onCell?.({
      position: 1,
      language: "python",
      source: "print('before')",
      result: cell([{ type: "text", text: "before\n" }]),
    });
    await untilAborted(request.signal);
  }
  if (word === "fail" || (word === "flaky" && before < Number(argument))) {
    const error = { summary: `ValueError: ${argument}`, trace: `Traceback\nValueError: ${argument}` };
    return finished({ ...cell([]), state: "error", error }, { state: "FAILED", error });
  }
  if (word === "exit") return finished({ ...cell([]), exit: argument }, { exit: argument });
  return finished(cell([{ type: "text", text: `${source}\n` }]));
}

function cell(outputs: CellResult["outputs"]): CellResult {
  return { state: "finished", outputs, startedAt: 1, finishedAt: 2 };
}
