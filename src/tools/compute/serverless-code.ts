// Code on serverless compute: a notebook for it alone, a one-time run of that, its outputs, and nothing left behind.
import { buildNotebook } from "../../notebook/edit.ts";
import { printSource } from "../../notebook/source.ts";
import { isAbort, MortarError } from "../../platform/errors.ts";
import { isObject, parseJson, type JsonObject } from "../../platform/json.ts";
import type { ImportFormat, NotebookLanguage } from "../../workspace/objects.ts";
import type { Run } from "../../workspace/run.ts";
import { waitForRun } from "../../workspace/waits.ts";
import type { ToolContext } from "../define.ts";
import { explainingCompute, goingOn, withHint } from "../errors.ts";
import { absolutePath, parentOf } from "../paths.ts";
import { readRunOutput } from "../runs/output.ts";
import { describeRun, runHint } from "../runs/state.ts";
import { cleanupSignal, waitOptions } from "../waiting.ts";
import { ComputePlan, resolveCompute } from "./compute.ts";
import { resultOfRun, type CodeResult } from "./code-result.ts";

export interface ServerlessCode {
  readonly code: string;
  readonly language: "python" | "sql";
  /** Where the notebook is kept; it is deleted after the run where this is absent. */
  readonly workspacePath: string | undefined;
  readonly runName: string | undefined;
  readonly dependencies: readonly string[] | undefined;
  readonly environmentVersion: string | undefined;
  /** Fields of the request that stand over ours. */
  readonly settings: JsonObject;
  /** After this the workspace ends the run. */
  readonly limitMinutes: number;
  readonly timeoutMs: number;
}

/** Runs it. Throws what importing and submitting throw. */
export async function runOnServerless(context: ToolContext, wish: ServerlessCode): Promise<CodeResult> {
  const place = await placeFor(context, wish.workspacePath);
  context.signal.throwIfAborted();
  await importCode(context, { path: place.path, wish });
  const remove = async (signal: AbortSignal): Promise<void> => {
    if (place.isTemporary) await context.workspace.objects.delete(place.path, { signal }).catch(() => undefined);
  };
  let goesOn = false;
  try {
    context.signal.throwIfAborted();
    const runId = await submitted(context, place.path, wish);
    const result = await cancelledWithCall(context, runId, () => ended(context, runId, wish.timeoutMs));
    goesOn = result.success === undefined;
    if (goesOn && place.isTemporary) keepUntilEnd(context, { runId, path: place.path });
    return place.isTemporary ? result : { ...result, notebook_path: place.path };
  } finally {
    // Under a run that goes on the notebook stays: it may not have been read yet.
    if (!goesOn) await remove(cleanupSignal());
  }
}

const folderName = ".mortar";
/** So old a notebook of ours belongs to no run any more. */
const staleMs = 2 * 86_400_000;

async function placeFor(context: ToolContext, kept: string | undefined) {
  const { workspace, deps, signal } = context;
  if (kept !== undefined) {
    const path = await absolutePath(context, kept);
    await workspace.objects.mkdirs(parentOf(path), { signal });
    return { path, isTemporary: false };
  }
  const folder = await absolutePath(context, `~/${folderName}`);
  await workspace.objects.mkdirs(folder, { signal });
  await sweep(context, folder);
  return { path: `${folder}/code_${deps.clock.now()}_${crypto.randomUUID().slice(0, 8)}`, isTemporary: true };
}

/** Deletes what earlier runs had to leave: their names say when. */
async function sweep({ workspace, deps, signal }: ToolContext, folder: string): Promise<void> {
  const found = await workspace.objects.list(folder, { signal }).catch(() => []);
  const stale = found.filter(({ path }) => {
    const at = /\/code_(\d{13})_[0-9a-f]{8}$/.exec(path)?.[1];
    return at !== undefined && Number(at) < deps.clock.now() - staleMs;
  });
  for (const { path } of stale.slice(0, 20)) await workspace.objects.delete(path, { signal }).catch(() => undefined);
}

interface Imported {
  readonly path: string;
  readonly wish: ServerlessCode;
}

async function importCode({ workspace, signal }: ToolContext, { path, wish }: Imported): Promise<void> {
  const { content, format } = notebookOf(wish);
  const language: NotebookLanguage = wish.language === "python" ? "PYTHON" : "SQL";
  await workspace.objects.import(path, {
    content,
    format,
    language,
    overwrite: wish.workspacePath !== undefined,
    signal,
  });
}

/** A notebook as it is, or the code as the one cell of a new one. */
function notebookOf({ code, language }: ServerlessCode): { readonly content: string; readonly format: ImportFormat } {
  if (isJupyter(code)) return { content: code, format: "JUPYTER" };
  if (/^\uFEFF?(?:#|--) Databricks notebook source/.test(code)) return { content: code, format: "SOURCE" };
  return { content: printSource(buildNotebook(language, [{ content: code }])), format: "SOURCE" };
}

function isJupyter(code: string): boolean {
  if (!/^\s*\{/.test(code)) return false;
  try {
    const parsed = parseJson(code);
    return isObject(parsed) && Array.isArray(parsed["cells"]);
  } catch {
    return false;
  }
}

async function submitted(context: ToolContext, path: string, wish: ServerlessCode): Promise<string> {
  const { dependencies, environmentVersion } = wish;
  const plan = new ComputePlan();
  const compute = await resolveCompute(context, {
    kind: "serverless",
    ...(dependencies === undefined ? {} : { dependencies: [...dependencies] }),
    ...(environmentVersion === undefined ? {} : { environment_version: environmentVersion }),
  });
  const seconds = Math.round(wish.limitMinutes * 60);
  const task = {
    task_key: "main",
    notebook_task: { notebook_path: path, source: "WORKSPACE" },
    timeout_seconds: seconds,
    ...plan.forOneTask(compute),
    ...environmentOf(wish.settings),
  };
  const request = {
    run_name: wish.runName ?? "Mortar: code",
    tasks: [task],
    timeout_seconds: seconds,
    ...plan.shared(),
    ...wish.settings,
  };
  // Not ended by the caller's signal: a run that was started meanwhile could not be cancelled.
  const { runId } = await explainingCompute(() => context.workspace.runs.submit(request)).catch((thrown: unknown) => {
    if (!(thrown instanceof MortarError) || thrown.code !== "feature_disabled") throw thrown;
    throw withHint(
      thrown,
      'Serverless compute is switched off in this workspace: give compute "cluster", or a cluster_id.',
    );
  });
  return runId;
}

/** The task runs in the first environment that the caller's own settings declare. */
function environmentOf(settings: JsonObject): JsonObject {
  const [first] = Array.isArray(settings["environments"]) ? settings["environments"] : [];
  const key = isObject(first) ? first["environment_key"] : undefined;
  return typeof key === "string" ? { environment_key: key } : {};
}

async function ended(context: ToolContext, runId: string, timeoutMs: number): Promise<CodeResult> {
  const describe = ({ state }: Run): string => `The run is ${state.lifeCycle}`;
  const { last } = await waitForRun(context.workspace, runId, waitOptions(context, timeoutMs, describe));
  if (last.state.ended) return withoutNotebookHint(resultOfRun(await readRunOutput(context, last)));
  return resultOfRun({ ...describeRun(last), tasks: [], truncated: false, hint: runHint(last) });
}

/** There is no notebook to correct. */
function withoutNotebookHint(result: CodeResult): CodeResult {
  if (result.success !== false || result.hint?.includes("`update_notebook_cell`") !== true) return result;
  return { ...result, hint: "Correct the code and run it again: nothing of this run is kept." };
}

/** The caller who takes the call back never learns the run's id, so the run ends with the call; who gets an error learns it. */
async function cancelledWithCall<T>(context: ToolContext, runId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!isAbort(thrown) && !context.signal.aborted && thrown instanceof MortarError) {
      throw goingOn(thrown, `The code was started: \`wait_for_run\` with run_id ${runId} waits for it.`);
    }
    await context.workspace.runs.cancel(runId, { signal: cleanupSignal() }).catch(() => undefined);
    throw thrown;
  }
}

interface Kept {
  readonly runId: string;
  readonly path: string;
}

/** The notebook goes with the session, unless its run still needs it then. */
function keepUntilEnd({ workspace, session }: ToolContext, { runId, path }: Kept): void {
  session?.keep(`code ${runId}`, async (signal) => {
    const { state } = await workspace.runs.get(runId, { signal });
    if (state.ended) await workspace.objects.delete(path, { signal });
  });
}
