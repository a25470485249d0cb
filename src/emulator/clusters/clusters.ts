// The clusters of one world: their states, the time that each change takes, and who waits for them.
import { isAbort } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { invalid } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import type { ClusterDocument, ClusterSource, ClusterState } from "./documents.ts";
import { forgetEvents, recordEvent } from "./events.ts";
import { byFailure, byInactivity, byStop, byUser, type Ending } from "./reasons.ts";
import { orderedFailure, workersOf } from "./spec.ts";

export interface NewCluster {
  readonly spec: JsonObject;
  readonly name: string;
  readonly source: ClusterSource;
  readonly creator: string;
  readonly runName?: string;
}

const dayMs = 86_400_000;

/** A cluster that ended while something waited for it to run. */
export class ClusterLost extends Error {
  readonly cluster: ClusterDocument;

  constructor(cluster: ClusterDocument) {
    super(cluster.message);
    this.cluster = cluster;
  }
}

/** Holds the timers and the waiting parties of a world's clusters; what is remembered of them is in the store. */
export class Clusters {
  readonly #world: World;
  readonly #documents: Collection<ClusterDocument>;
  readonly #watchers = new Set<(cluster: ClusterDocument) => void>();
  /** The change or the idle time that a cluster is in; a new one ends it. */
  readonly #timers = new Map<string, AbortController>();
  readonly #busy = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    this.#documents = world.store.collection<ClusterDocument>("clusters");
    for (const cluster of this.#documents.all()) {
      if (cluster.state !== "TERMINATED")
        this.#end(cluster.clusterId, cluster.termination === undefined ? byStop() : undefined);
    }
  }

  find(clusterId: string): ClusterDocument | undefined {
    return this.#documents.get(clusterId);
  }

  /** The cluster. Throws INVALID_PARAMETER_VALUE, or INVALID_STATE for one that is long gone. */
  require(clusterId: string): ClusterDocument {
    const cluster = this.find(clusterId);
    if (cluster === undefined) throw invalid(`Cluster ${clusterId} does not exist`);
    if (this.#isGone(cluster)) {
      const words = `Cannot access cluster ${clusterId} that was terminated or unpinned more than 30 days ago.`;
      throw new ApiFault(400, "INVALID_STATE", words);
    }
    return cluster;
  }

  /** Every cluster that can still be reached, in the order of creation. */
  all(): readonly ClusterDocument[] {
    return this.#documents.all().filter((cluster) => !this.#isGone(cluster));
  }

  /** Called with each cluster whose state changed. Returns the end of the watch. */
  watch(watcher: (cluster: ClusterDocument) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Makes a cluster and begins to start it. */
  create(wanted: NewCluster): ClusterDocument {
    const clusterId = this.#world.ids.cluster();
    const cluster: ClusterDocument = {
      ...wanted,
      clusterId,
      name: wanted.name === "" ? clusterId : wanted.name,
      state: "PENDING",
      message: finding,
      createdAt: this.#world.clock.now(),
      pinned: false,
    };
    this.#put(cluster);
    recordEvent(this.#world, clusterId, "CREATING", {
      attributes: { cluster_name: cluster.name, ...wanted.spec },
      user: wanted.creator,
      cluster_size: sizeOf(wanted.spec),
    });
    this.#startUp(clusterId);
    return cluster;
  }

  /** Starts a terminated cluster. Throws INVALID_STATE for any other. */
  start(clusterId: string, user: string): void {
    this.#expect(clusterId, ["TERMINATED"]);
    this.#change(clusterId, "PENDING", finding, { startedBy: user });
    recordEvent(this.#world, clusterId, "STARTING", { user });
    this.#startUp(clusterId);
  }

  /** Restarts a running cluster; its contexts are lost at once. */
  restart(clusterId: string, user: string): void {
    this.#expect(clusterId, ["RUNNING"]);
    this.#change(clusterId, "RESTARTING", "Restarting");
    recordEvent(this.#world, clusterId, "RESTARTING", { user });
    this.#startUp(clusterId);
  }

  /** Ends a cluster. One that has ended or is ending stays as it is. */
  terminate(clusterId: string, ending: Ending): void {
    const cluster = this.require(clusterId);
    if (cluster.state === "TERMINATED" || cluster.state === "TERMINATING") return;
    this.#put({ ...cluster, state: "TERMINATING", message: ending.message, termination: ending.reason });
    recordEvent(this.#world, clusterId, "TERMINATING", {
      reason: { ...ending.reason, parameters: { ...ending.reason.parameters } },
    });
    this.#later(clusterId, this.#world.switches.clusterStartMs / 4, () => this.#end(clusterId));
  }

  terminateByUser(clusterId: string, user: string): void {
    this.terminate(clusterId, byUser(user));
  }

  /** Ends the cluster and forgets it. */
  remove(clusterId: string, user: string): void {
    const cluster = this.require(clusterId);
    this.#timers.get(clusterId)?.abort();
    this.#timers.delete(clusterId);
    if (cluster.state !== "TERMINATED") this.#end(clusterId, byUser(user));
    this.#documents.delete(clusterId);
    forgetEvents(this.#world, clusterId);
  }

  /** Replaces the specification. A running cluster restarts with it. Throws INVALID_STATE unless RUNNING or TERMINATED. */
  edit(clusterId: string, change: { spec: JsonObject; name: string | undefined; user: string }): void {
    const cluster = this.#expect(clusterId, ["RUNNING", "TERMINATED"]);
    this.#documents.put(clusterId, { ...cluster, spec: change.spec, name: change.name ?? cluster.name });
    recordEvent(this.#world, clusterId, "EDITED", {
      user: change.user,
      attributes: change.spec,
      previous_attributes: cluster.spec,
      cluster_size: sizeOf(change.spec),
      previous_cluster_size: sizeOf(cluster.spec),
    });
    if (cluster.state === "RUNNING") this.restart(clusterId, change.user);
  }

  /** Changes the number of workers of a running cluster; the driver keeps its state. */
  resize(clusterId: string, size: JsonObject, user: string): void {
    const cluster = this.#expect(clusterId, ["RUNNING"]);
    const { num_workers: _workers, autoscale: _autoscale, ...others } = cluster.spec;
    const spec = { ...others, ...size };
    this.#put({ ...cluster, spec, state: "RESIZING", message: "Resizing" });
    const workers = { current_num_workers: workersOf(cluster.spec), target_num_workers: workersOf(spec) };
    recordEvent(this.#world, clusterId, "RESIZING", { ...workers, cause: "USER_REQUEST", user });
    this.#later(clusterId, this.#world.switches.clusterStartMs, () => {
      this.#change(clusterId, "RUNNING", "");
      recordEvent(this.#world, clusterId, "UPSIZE_COMPLETED", { ...workers, current_num_workers: workersOf(spec) });
      this.#restIfIdle(clusterId);
    });
  }

  pin(clusterId: string, pinned: boolean, user: string): void {
    const cluster = this.require(clusterId);
    if (cluster.pinned === pinned) return;
    this.#documents.put(clusterId, { ...cluster, pinned });
    recordEvent(this.#world, clusterId, pinned ? "PINNED" : "UNPINNED", { user });
  }

  /** Marks the cluster as used until the returned function is called: autotermination counts from then. */
  hold(clusterId: string): () => void {
    this.#busy.set(clusterId, (this.#busy.get(clusterId) ?? 0) + 1);
    const cluster = this.find(clusterId);
    if (cluster?.state === "RUNNING") this.#timers.get(clusterId)?.abort();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#busy.set(clusterId, (this.#busy.get(clusterId) ?? 1) - 1);
      if (this.#world.signal.aborted) return;
      const now = this.find(clusterId);
      if (now === undefined) return;
      this.#documents.put(clusterId, { ...now, lastActivityAt: this.#world.clock.now() });
      this.#restIfIdle(clusterId);
    };
  }

  /** Waits until the cluster runs. Throws ClusterLost when it ends instead, and an abort. */
  async whenRunning(clusterId: string, signal: AbortSignal): Promise<ClusterDocument> {
    signal.throwIfAborted();
    const cluster = this.require(clusterId);
    if (cluster.state === "RUNNING" || cluster.state === "RESIZING") return cluster;
    if (cluster.state === "TERMINATED" || cluster.state === "ERROR") throw new ClusterLost(cluster);
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        end();
        signal.removeEventListener("abort", onAbort);
        act();
      };
      const onAbort = (): void => done(() => reject(new DOMException("The operation was aborted", "AbortError")));
      const end = this.watch((changed) => {
        if (changed.clusterId !== clusterId) return;
        if (changed.state === "RUNNING") done(() => resolve(changed));
        if (changed.state === "TERMINATED" || changed.state === "ERROR") done(() => reject(new ClusterLost(changed)));
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #isGone({ state, pinned, terminatedAt }: ClusterDocument): boolean {
    if (state !== "TERMINATED" || pinned || terminatedAt === undefined) return false;
    return this.#world.clock.now() - terminatedAt > 30 * dayMs;
  }

  #expect(clusterId: string, states: readonly ClusterState[]): ClusterDocument {
    const cluster = this.require(clusterId);
    if (states.includes(cluster.state)) return cluster;
    const word = cluster.state.charAt(0) + cluster.state.slice(1).toLowerCase();
    throw new ApiFault(400, "INVALID_STATE", `Cluster ${clusterId} is in unexpected state ${word}.`);
  }

  #startUp(clusterId: string): void {
    this.#later(clusterId, this.#world.switches.clusterStartMs, () => {
      const cluster = this.require(clusterId);
      const failure = orderedFailure(cluster.spec);
      if (failure !== undefined) return this.terminate(clusterId, byFailure(failure));
      const workers = workersOf(cluster.spec);
      this.#put({
        ...cluster,
        state: "RUNNING",
        message: "",
        restartedAt: this.#world.clock.now(),
        lastActivityAt: this.#world.clock.now(),
        sparkContextId: this.#world.ids.next(),
      });
      recordEvent(this.#world, clusterId, "RUNNING", { current_num_workers: workers, target_num_workers: workers });
      recordEvent(this.#world, clusterId, "DRIVER_HEALTHY");
      this.#restIfIdle(clusterId);
    });
  }

  #restIfIdle(clusterId: string): void {
    const cluster = this.find(clusterId);
    const minutes = Number(cluster?.spec["autotermination_minutes"] ?? 0);
    if (cluster?.state !== "RUNNING" || minutes === 0 || (this.#busy.get(clusterId) ?? 0) > 0) return;
    this.#later(clusterId, minutes * 60_000, () => this.terminate(clusterId, byInactivity(minutes)));
  }

  /** Does `act` after a time, unless the cluster is given something else to do before that. */
  #later(clusterId: string, ms: number, act: () => void): void {
    this.#timers.get(clusterId)?.abort();
    const timer = new AbortController();
    this.#timers.set(clusterId, timer);
    const signal = AbortSignal.any([timer.signal, this.#world.signal]);
    this.#world.clock.sleep(ms, signal).then(
      () => {
        if (!signal.aborted) act();
      },
      (thrown: unknown) => {
        if (!isAbort(thrown)) throw thrown;
      },
    );
  }

  #change(clusterId: string, state: ClusterState, message: string, start?: { startedBy: string }): void {
    const cluster = this.require(clusterId);
    const { termination: _reason, terminatedAt: _ended, ...alive } = cluster;
    this.#put({ ...(start === undefined ? cluster : alive), state, message });
  }

  #end(clusterId: string, ending?: Ending): void {
    const cluster = this.find(clusterId);
    if (cluster === undefined) return;
    const { sparkContextId: _context, ...rest } = cluster;
    const words = ending === undefined ? {} : { message: ending.message, termination: ending.reason };
    this.#put({ ...rest, ...words, state: "TERMINATED", terminatedAt: this.#world.clock.now() });
  }

  #put(cluster: ClusterDocument): void {
    this.#documents.put(cluster.clusterId, cluster);
    for (const watcher of this.#watchers) watcher(cluster);
  }
}

const finding = "Finding instances for new nodes, acquiring more instances if necessary";

function sizeOf(spec: JsonObject): JsonObject {
  return spec["autoscale"] === undefined ? { num_workers: spec["num_workers"] ?? 0 } : { autoscale: spec["autoscale"] };
}

const services = new WeakMap<World, Clusters>();

/** The clusters of this world; made at the first call, when what a stopped emulator left running is marked as ended. */
export function clustersOf(world: World): Clusters {
  let clusters = services.get(world);
  if (clusters === undefined) {
    clusters = new Clusters(world);
    services.set(world, clusters);
  }
  return clusters;
}
