// The libraries that clusters are to have, and how far each has come.
import type { Json } from "../../platform/json.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import type { ClusterDocument } from "./documents.ts";
import { libraryProblem } from "./libraries.ts";

interface LibraryList {
  readonly libraries: readonly Json[];
  /** Uninstalled while this driver ran, and gone with it. */
  readonly leaving?: { readonly libraries: readonly Json[]; readonly driver: string };
}

/** LibraryFullStatus of the Libraries API. */
export interface LibraryStatus {
  readonly library: Json;
  readonly status: "PENDING" | "INSTALLING" | "INSTALLED" | "FAILED" | "UNINSTALL_ON_RESTART";
  readonly messages?: readonly string[];
}

/** Adds libraries; one that failed is tried again. */
export function addLibraries(world: World, cluster: ClusterDocument, given: readonly Json[]): void {
  const { libraries, leaving } = listOf(world, cluster);
  const stay = (leaving?.libraries ?? []).filter((known) => !includes(given, known));
  const added = given.filter((library) => !includes(libraries, library));
  for (const library of given) verdictsOf(world).delete(verdictKey(cluster, library));
  put(world, cluster, [...libraries, ...added], stay);
}

/** Takes libraries away; those of a running cluster stay until it restarts. */
export function removeLibraries(world: World, cluster: ClusterDocument, given: readonly Json[]): void {
  const { libraries, leaving } = listOf(world, cluster);
  const gone = libraries.filter((known) => includes(given, known));
  const kept = libraries.filter((known) => !includes(given, known));
  put(world, cluster, kept, [...(leaving?.libraries ?? []), ...gone]);
}

/** How far each library of the cluster has come; asking begins what has not begun. */
export function libraryStatuses(world: World, cluster: ClusterDocument): readonly LibraryStatus[] {
  const { libraries, leaving } = listOf(world, cluster);
  return [
    ...libraries.map((library) => statusOf(world, cluster, library)),
    ...(leaving?.libraries ?? []).map((library): LibraryStatus => ({ library, status: "UNINSTALL_ON_RESTART" })),
  ];
}

function statusOf(world: World, cluster: ClusterDocument, library: Json): LibraryStatus {
  if (cluster.sparkContextId === undefined) return { library, status: "PENDING" };
  const verdicts = verdictsOf(world);
  const key = verdictKey(cluster, library);
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const begun: LibraryStatus = { library, status: "INSTALLING" };
  verdicts.set(key, begun);
  const settle = (status: LibraryStatus): void => {
    if (verdicts.get(key) === begun) verdicts.set(key, status);
  };
  libraryProblem(world, library, world.signal).then(
    (problem) =>
      settle(
        problem === undefined ? { library, status: "INSTALLED" } : { library, status: "FAILED", messages: [problem] },
      ),
    // The emulator stops.
    () => undefined,
  );
  return begun;
}

/** The list, without what left with an earlier driver. */
function listOf(world: World, cluster: ClusterDocument): LibraryList {
  const { libraries, leaving } = lists(world).get(cluster.clusterId) ?? { libraries: [] };
  return leaving?.driver === cluster.sparkContextId && leaving !== undefined ? { libraries, leaving } : { libraries };
}

function put(world: World, cluster: ClusterDocument, libraries: readonly Json[], leaving: readonly Json[]): void {
  const driver = cluster.sparkContextId;
  const left = driver === undefined || leaving.length === 0 ? {} : { leaving: { libraries: leaving, driver } };
  lists(world).put(cluster.clusterId, { libraries, ...left });
}

function lists(world: World): Collection<LibraryList> {
  return world.store.collection<LibraryList>("cluster_libraries");
}

function includes(list: readonly Json[], library: Json): boolean {
  return list.some((known) => Bun.deepEquals(known, library));
}

const verdicts = new WeakMap<World, Map<string, LibraryStatus>>();

function verdictsOf(world: World): Map<string, LibraryStatus> {
  const known = verdicts.get(world) ?? new Map<string, LibraryStatus>();
  verdicts.set(world, known);
  return known;
}

/** Each start of the driver installs anew. */
function verdictKey({ clusterId, sparkContextId }: ClusterDocument, library: Json): string {
  return JSON.stringify([clusterId, sparkContextId ?? "", library]);
}
