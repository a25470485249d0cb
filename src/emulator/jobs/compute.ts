// The compute of one task run: serverless, a cluster that is there, or one that is made for the run.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { ClusterLost, clustersOf } from "../clusters/clusters.ts";
import type { ClusterDocument } from "../clusters/documents.ts";
import { byJobEnd } from "../clusters/reasons.ts";
import { checkClusterRequest } from "../clusters/policy.ts";
import { canRunSpark } from "../clusters/spec.ts";
import { ApiFault } from "../http/route.ts";
import type { World } from "../world.ts";
import type { RunDocument, RunState, TaskRunDocument, TerminationCode } from "./documents.ts";
import { objects, serverlessOff } from "./settings-check.ts";
import { Stop } from "./stop.ts";

export interface Compute {
  readonly clusterId?: string;
  readonly sparkContextId?: string;
  /** False on a cluster whose Spark jobs wait for ever: no workers, and no single-node configuration. */
  readonly runsSpark: boolean;
  /** Fires when the compute goes away under the task. */
  readonly lost: AbortSignal;
  /** Gives the compute back. */
  readonly release: () => void;
}

/** Compute that could not be had: the state that the task ends in. */
export class NoCompute extends Error {
  readonly state: RunState;

  constructor(message: string, code: TerminationCode = "CLUSTER_ERROR") {
    super(message);
    this.state = { lifeCycle: "INTERNAL_ERROR", result: "FAILED", message, code };
  }
}

/** Job clusters that the tasks of a run share, by key. */
export type SharedClusters = Map<string, string>;

export interface ComputeRequest {
  readonly run: RunDocument;
  readonly task: TaskRunDocument;
  readonly shared: SharedClusters;
  readonly signal: AbortSignal;
  /** Called once it is known on which cluster the task will run. */
  readonly onCluster: (clusterId: string) => void;
}

/** Waits for the compute of a task. Throws NoCompute, and an abort. */
export async function acquire(world: World, request: ComputeRequest): Promise<Compute> {
  const { task, shared, run } = request;
  const spec = task.task;
  const existing = spec["existing_cluster_id"];
  if (typeof existing === "string") return onCluster(world, request, { clusterId: existing, own: false });
  if (isObject(spec["new_cluster"])) {
    const clusterId = createJobCluster(world, run, { spec: spec["new_cluster"] as JsonObject, label: task.taskKey });
    return onCluster(world, request, { clusterId, own: true });
  }
  const key = spec["job_cluster_key"];
  if (typeof key === "string") {
    const known = shared.get(key);
    const clusterId = known ?? createJobCluster(world, run, { spec: sharedSpec(run, key), label: key });
    shared.set(key, clusterId);
    return onCluster(world, request, { clusterId, own: false });
  }
  if (!world.switches.serverless) throw new NoCompute(serverlessOff(task.taskKey), "FEATURE_DISABLED");
  await world.clock.sleep(world.switches.runStartMs, request.signal);
  return { runsSpark: true, lost: new AbortController().signal, release: () => undefined };
}

/** Ends the clusters that the tasks of a run shared. */
export function releaseShared(world: World, shared: SharedClusters): void {
  for (const clusterId of shared.values()) clustersOf(world).terminate(clusterId, byJobEnd());
}

function sharedSpec(run: RunDocument, key: string): JsonObject {
  const entry = objects(run.settings, "job_clusters").find((item) => item["job_cluster_key"] === key);
  const spec = entry?.["new_cluster"];
  if (!isObject(spec)) throw new NoCompute(`The job cluster key '${key}' is not defined.`);
  return spec as JsonObject;
}

function createJobCluster(world: World, run: RunDocument, wanted: { spec: JsonObject; label: string }): string {
  const name = `job-${run.jobId}-run-${run.runId}-${wanted.label}`;
  const { clusterId } = clustersOf(world).create({
    spec: clusterSpec(world, wanted.spec, run.creator),
    name,
    source: "JOB",
    creator: run.creator,
    runName: run.name,
  });
  return clusterId;
}

function clusterSpec(world: World, spec: JsonObject, owner: string): JsonObject {
  try {
    return checkClusterRequest(world, spec, owner);
  } catch (thrown) {
    if (thrown instanceof ApiFault) throw new NoCompute(thrown.message, "INVALID_CLUSTER_REQUEST");
    throw thrown;
  }
}

async function onCluster(
  world: World,
  { task, run, signal, onCluster: announce }: ComputeRequest,
  { clusterId, own }: { clusterId: string; own: boolean },
): Promise<Compute> {
  const clusters = clustersOf(world);
  const found = clusters.find(clusterId);
  if (found === undefined) throw new NoCompute(`Cluster ${clusterId} does not exist`);
  announce(clusterId);
  const free = clusters.hold(clusterId);
  const release = (): void => {
    free();
    if (own && !world.signal.aborted) clusters.terminate(clusterId, byJobEnd());
  };
  try {
    const cluster = await running(world, { clusterId, user: run.creator, signal });
    await world.clock.sleep(world.switches.runStartMs, signal);
    return held(world, cluster, { release, taskKey: task.taskKey });
  } catch (thrown) {
    release();
    throw thrown instanceof ClusterLost ? new NoCompute(failedStart(thrown.cluster)) : thrown;
  }
}

interface Wanted {
  readonly clusterId: string;
  readonly user: string;
  readonly signal: AbortSignal;
}

/** The running cluster. One that is ending is waited for and started again, as the Jobs service does. */
async function running(world: World, { clusterId, user, signal }: Wanted): Promise<ClusterDocument> {
  const clusters = clustersOf(world);
  const state = clusters.require(clusterId).state;
  if (state === "TERMINATING") {
    await clusters.whenRunning(clusterId, signal).catch((thrown: unknown) => {
      if (!(thrown instanceof ClusterLost)) throw thrown;
    });
  }
  if (clusters.require(clusterId).state === "TERMINATED") clusters.start(clusterId, user);
  return clusters.whenRunning(clusterId, signal);
}

function held(world: World, cluster: ClusterDocument, how: { release: () => void; taskKey: string }): Compute {
  const gone = new AbortController();
  const { clusterId, sparkContextId } = cluster;
  const end = clustersOf(world).watch((changed) => {
    if (changed.clusterId !== clusterId || changed.sparkContextId === undefined) return;
    if (changed.state === "RUNNING" || changed.state === "RESIZING") return;
    gone.abort(
      new Stop("clusterLost", `Cluster ${clusterId} was terminated during the run. ${changed.message}`.trim()),
    );
  });
  return {
    clusterId,
    ...(sparkContextId === undefined ? {} : { sparkContextId }),
    runsSpark: canRunSpark(cluster.spec),
    lost: gone.signal,
    release: () => {
      end();
      how.release();
    },
  };
}

function failedStart(cluster: ClusterDocument): string {
  return `Unexpected failure while waiting for the cluster (${cluster.clusterId}) to be ready: ${cluster.message}`;
}
