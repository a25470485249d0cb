// Libraries 2.0: what clusters are to have. The emulator installs nothing: a library is INSTALLED when its Python has it.
import { isObject } from "../../platform/json.ts";
import { clustersOf } from "../clusters/clusters.ts";
import type { ClusterDocument } from "../clusters/documents.ts";
import { addLibraries, libraryStatuses, removeLibraries } from "../clusters/library-list.ts";
import { invalid, optionalArray, requiredText } from "../http/fields.ts";
import type { Handler, Route } from "../http/route.ts";
import type { World } from "../world.ts";

const installLibraries: Handler = async (call, world) => {
  const body = await call.json();
  const clusterId = requiredText(body["cluster_id"], "cluster_id");
  const cluster = clustersOf(world).require(clusterId);
  const given = body["libraries"];
  if (!Array.isArray(given) || given.length === 0) throw invalid("Missing required field: libraries");
  const kinds = ["pypi", "maven", "cran", "whl", "jar", "egg", "requirements"];
  for (const library of given) {
    if (!isObject(library) || Object.keys(library).length !== 1 || !kinds.includes(Object.keys(library)[0] ?? "")) {
      throw invalid(`Each library must have exactly one of ${kinds.join(", ")}.`);
    }
  }
  addLibraries(world, cluster, given);
  return {};
};

const uninstallLibraries: Handler = async (call, world) => {
  const body = await call.json();
  const clusterId = requiredText(body["cluster_id"], "cluster_id");
  const cluster = clustersOf(world).require(clusterId);
  removeLibraries(world, cluster, optionalArray(body["libraries"], "libraries") ?? []);
  return {};
};

const libraryStatus: Handler = (call, world) =>
  view(world, clustersOf(world).require(requiredText(call.query.get("cluster_id"), "cluster_id")));

const allLibraryStatuses: Handler = (_call, world) => {
  const views = clustersOf(world)
    .all()
    .map((cluster) => view(world, cluster));
  const statuses = views.filter((one) => "library_statuses" in one);
  return statuses.length === 0 ? {} : { statuses };
};

function view(world: World, cluster: ClusterDocument): object {
  const statuses = libraryStatuses(world, cluster);
  return { cluster_id: cluster.clusterId, ...(statuses.length === 0 ? {} : { library_statuses: statuses }) };
}

export const librariesRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/2.0/libraries/install", handler: installLibraries },
  { method: "POST", pattern: "/api/2.0/libraries/uninstall", handler: uninstallLibraries },
  { method: "GET", pattern: "/api/2.0/libraries/cluster-status", handler: libraryStatus },
  { method: "GET", pattern: "/api/2.0/libraries/all-cluster-statuses", handler: allLibraryStatuses },
];
