// Execution contexts: a kernel each, its commands one after the other, gone with the cluster's driver.
import { clustersOf } from "../clusters/clusters.ts";
import type { ClusterState } from "../clusters/documents.ts";
import { canRunSpark } from "../clusters/spec.ts";
import { ApiFault } from "../http/route.ts";
import { kernelRunners } from "../jobs/kernel-runners.ts";
import { usesSpark } from "../jobs/notebook-task.ts";
import { untilAborted } from "../jobs/stop.ts";
import { sizeOf } from "../kernel/output-collector.ts";
import type { CellLanguage, CellResult, Kernel, KernelOptions } from "../kernel/types.ts";
import type { NotebookLanguage } from "../state/tree.ts";
import type { World } from "../world.ts";

export type ContextLanguage = "python" | "scala" | "sql" | "r";
export type ContextStatus = "Pending" | "Running" | "Error";
export type CommandStatus = "Queued" | "Running" | "Cancelling" | "Finished" | "Cancelled" | "Error";

export interface Command {
  readonly id: string;
  status: CommandStatus;
  result: CellResult | undefined;
  /** What went wrong outside the code, with status Error. */
  failure: string | undefined;
  readonly abort: AbortController;
}

export interface Context {
  readonly id: string;
  readonly clusterId: string;
  readonly language: ContextLanguage;
  status: ContextStatus;
  readonly commands: Map<string, Command>;
  readonly kernel: Promise<Kernel>;
  /** Ends with the last command that was given. */
  tail: Promise<void>;
  readonly gone: AbortController;
}

const maxContexts = 145;
/** How much of what its commands gave a context remembers, in characters; the last command's results stay in any case. */
const rememberedChars = 64 * 1024 * 1024;
const rememberedCommands = 1_000;
const notebookLanguages: Readonly<Record<ContextLanguage, NotebookLanguage>> = {
  python: "PYTHON",
  scala: "SCALA",
  sql: "SQL",
  r: "R",
};

export type StartKernel = (world: World, options: KernelOptions) => Promise<Kernel>;

/** The contexts of one world. They live in memory alone: an emulator that starts again has none, as a new driver has. */
export class Contexts {
  readonly #world: World;
  readonly #startKernel: StartKernel;
  readonly #contexts = new Map<string, Context>();

  constructor(world: World, startKernel: StartKernel) {
    this.#world = world;
    this.#startKernel = startKernel;
    clustersOf(world).watch((cluster) => {
      if (cluster.state === "RUNNING" || cluster.state === "RESIZING") return;
      for (const context of this.#contexts.values()) if (context.clusterId === cluster.clusterId) this.destroy(context);
    });
  }

  /** Makes a context on a running cluster; its kernel starts behind the answer. Throws ApiFault. */
  create(clusterId: string, language: ContextLanguage): Context {
    this.#requireRunning(clusterId);
    const others = [...this.#contexts.values()].filter((context) => context.clusterId === clusterId);
    if (others.length >= maxContexts) {
      const words = `MaxContextsExceeded: Too many execution contexts are open right now. (Limit set to ${maxContexts}).`;
      throw new ApiFault(400, "MaxContextsExceeded", words);
    }
    const kernel = this.#startKernel(this.#world, { language: notebookLanguages[language] });
    const context: Context = {
      id: this.#world.ids.next(),
      clusterId,
      language,
      status: "Pending",
      commands: new Map(),
      kernel,
      tail: Promise.resolve(),
      gone: new AbortController(),
    };
    this.#contexts.set(context.id, context);
    kernel.then(
      () => (context.status = "Running"),
      () => (context.status = "Error"),
    );
    return context;
  }

  /** The context. Throws ContextNotFound, ClusterNotReadyException while the cluster starts, INVALID_STATE where it does not run. */
  require(clusterId: string, contextId: string): Context {
    this.#requireRunning(clusterId);
    const context = this.#contexts.get(contextId);
    if (context === undefined || context.clusterId !== clusterId) {
      throw new ApiFault(
        404,
        "ContextNotFound",
        `ContextNotFound: Context ${contextId} not found on cluster ${clusterId}`,
      );
    }
    return context;
  }

  /** Ends a context with everything that runs in it. */
  destroy(context: Context): void {
    this.#contexts.delete(context.id);
    context.gone.abort(new DOMException("The context was destroyed", "AbortError"));
    void context.kernel.then((kernel) => kernel.close()).catch(() => undefined);
  }

  /** Queues a command behind those that the context has. */
  execute(context: Context, cell: { language: ContextLanguage; code: string }): Command {
    const command: Command = {
      id: this.#world.ids.hex(32),
      status: "Queued",
      result: undefined,
      failure: undefined,
      abort: new AbortController(),
    };
    context.commands.set(command.id, command);
    context.tail = context.tail.then(() => this.#run(context, command, cell));
    return command;
  }

  cancel(command: Command): void {
    if (command.status !== "Queued" && command.status !== "Running") return;
    command.status = command.status === "Queued" ? "Cancelled" : "Cancelling";
    command.abort.abort(new DOMException("The command was cancelled", "AbortError"));
  }

  async #run(context: Context, command: Command, cell: { language: CellLanguage; code: string }): Promise<void> {
    if (command.status === "Cancelled" || context.gone.signal.aborted) return;
    const release = clustersOf(this.#world).hold(context.clusterId);
    const signal = AbortSignal.any([command.abort.signal, context.gone.signal, this.#world.signal]);
    command.status = "Running";
    try {
      const kernel = await context.kernel;
      if (this.#waitsForWorkers(context.clusterId, cell)) await untilAborted(signal);
      command.result = await kernel.run(cell, signal);
      command.status = command.result.state === "cancelled" ? "Cancelled" : "Finished";
    } catch (thrown) {
      command.status = signal.aborted ? "Cancelled" : "Error";
      command.failure = thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      release();
      forgetOldest(context, command);
    }
  }

  /** Spark code on a cluster without workers gets no executors: it runs until somebody cancels it. */
  #waitsForWorkers(clusterId: string, { language, code }: { language: CellLanguage; code: string }): boolean {
    const spec = clustersOf(this.#world).find(clusterId)?.spec ?? {};
    return !canRunSpark(spec) && usesSpark(code, language.toUpperCase());
  }

  #requireRunning(clusterId: string): void {
    const cluster = clustersOf(this.#world).find(clusterId);
    if (cluster === undefined) {
      throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Cluster ${clusterId} does not exist`);
    }
    if (cluster.state === "RUNNING" || cluster.state === "RESIZING") return;
    const words = `Invalid state for cluster ${clusterId}: ${cluster.state}. The cluster must be RUNNING.`;
    // The official SDKs take the exception's name for a passing fault and ask again for minutes: right while a cluster starts.
    if (!startingStates.includes(cluster.state)) throw new ApiFault(400, "INVALID_STATE", words);
    throw new ApiFault(500, "ClusterNotReadyException", `ClusterNotReadyException: ${words}`);
  }
}

/** Forgets the oldest commands that have ended, or a context of days would hold all that it ever printed. */
function forgetOldest({ commands }: Context, last: Command): void {
  const ended = [...commands.values()].filter(({ status }) => !activeStates.includes(status));
  let chars = ended.reduce((sum, command) => sum + charsOf(command.result), 0);
  let count = ended.length;
  for (const command of ended) {
    if ((chars <= rememberedChars && count <= rememberedCommands) || command === last) return;
    commands.delete(command.id);
    chars -= charsOf(command.result);
    count -= 1;
  }
}

const startingStates: readonly ClusterState[] = ["PENDING", "RESTARTING"];
const activeStates: readonly CommandStatus[] = ["Queued", "Running", "Cancelling"];
const sizes = new WeakMap<CellResult, number>();

function charsOf(result: CellResult | undefined): number {
  if (result === undefined) return 0;
  const known = sizes.get(result) ?? result.outputs.reduce((sum, output) => sum + sizeOf(output), 0);
  sizes.set(result, known);
  return known;
}

const services = new WeakMap<World, Contexts>();

/** The contexts of this world, made at the first call. */
export function contextsOf(world: World, startKernel: StartKernel = kernelRunners.startKernel): Contexts {
  let contexts = services.get(world);
  if (contexts === undefined) {
    contexts = new Contexts(world, startKernel);
    services.set(world, contexts);
  }
  return contexts;
}
