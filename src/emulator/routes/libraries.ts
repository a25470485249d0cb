// Libraries 2.0: what clusters are to have. The emulator installs nothing: a library is INSTALLED when its Python has it.
import { isObject, type Json } from "../../platform/json.ts";
import { clustersOf } from "../clusters/clusters.ts";
import type { ClusterDocument } from "../clusters/documents.ts";
import { libraryProblem } from "../clusters/libraries.ts";
import { invalid, requiredText } from "../http/fields.ts";
import type { Handler, Route } from "../http/route.ts";
import type { World } from "../world.ts";

interface LibraryList {
  readonly libraries: readonly Json[];
}

const installLibraries: Handler = async (call, world) => {
  const body = await call.json();
  const clusterId = requiredText(body["cluster_id"], "cluster_id");
  clustersOf(world).require(clusterId);
  const given = body["libraries"];
  if (!Array.isArray(given) || given.length === 0) throw invalid("Missing required field: libraries");
  const kinds = ["pypi", "maven", "cran", "whl", "jar", "egg", "requirements"];
  for (const library of given) {
    if (!isObject(library) || Object.keys(library).length !== 1 || !kinds.includes(Object.keys(library)[0] ?? "")) {
      throw invalid(`Each library must have exactly one of ${kinds.join(", ")}.`);
    }
  }
  const lists = world.store.collection<LibraryList>("cluster_libraries");
  const before = lists.get(clusterId)?.libraries ?? [];
  const added = given.filter((library) => !before.some((known) => Bun.deepEquals(known, library)));
  lists.put(clusterId, { libraries: [...before, ...added] });
  return {};
};

const uninstallLibraries: Handler = async (call, world) => {
  const body = await call.json();
  const clusterId = requiredText(body["cluster_id"], "cluster_id");
  clustersOf(world).require(clusterId);
  const given = Array.isArray(body["libraries"]) ? body["libraries"] : [];
  const lists = world.store.collection<LibraryList>("cluster_libraries");
  const before = lists.get(clusterId)?.libraries ?? [];
  lists.put(clusterId, {
    libraries: before.filter((known) => !given.some((library) => Bun.deepEquals(known, library))),
  });
  return {};
};

const libraryStatus: Handler = async (call, world) => {
  const clusterId = requiredText(call.query.get("cluster_id"), "cluster_id");
  return view(world, clustersOf(world).require(clusterId), call.signal);
};

const allLibraryStatuses: Handler = async (call, world) => {
  const views = await Promise.all(
    clustersOf(world)
      .all()
      .map((cluster) => view(world, cluster, call.signal)),
  );
  const statuses = views.filter((one) => "library_statuses" in one);
  return statuses.length === 0 ? {} : { statuses };
};

async function view(world: World, { clusterId, state }: ClusterDocument, signal: AbortSignal): Promise<object> {
  const libraries = world.store.collection<LibraryList>("cluster_libraries").get(clusterId)?.libraries ?? [];
  const up = state === "RUNNING" || state === "RESIZING";
  const library_statuses = await Promise.all(
    libraries.map(async (library) => {
      if (!up) return { library, status: "PENDING" };
      const problem = await libraryProblem(world, library, signal);
      return problem === undefined
        ? { library, status: "INSTALLED" }
        : { library, status: "FAILED", messages: [problem] };
    }),
  );
  return { cluster_id: clusterId, ...(libraries.length === 0 ? {} : { library_statuses }) };
}

export const librariesRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/2.0/libraries/install", handler: installLibraries },
  { method: "POST", pattern: "/api/2.0/libraries/uninstall", handler: uninstallLibraries },
  { method: "GET", pattern: "/api/2.0/libraries/cluster-status", handler: libraryStatus },
  { method: "GET", pattern: "/api/2.0/libraries/all-cluster-statuses", handler: allLibraryStatuses },
];
