// What the pickers offer: loaded when it is wanted, asked again while something starts.
import { useEffect, useState } from "react";
import type { ClusterInfo, WarehouseInfo } from "../../contract/api.ts";
import { call } from "../api.ts";
import { type Resource, useResource } from "../resource.ts";
import { toneOf } from "./compute-state.ts";

const againMs = 4000;

/** What every picker's request says of the workspace. */
export type Target = { readonly profile?: string };

export function targetOf(profile: string | null | undefined): Target {
  return profile === null || profile === undefined || profile === "" ? {} : { profile };
}

const keyOf = (name: string, isWanted: boolean, { profile }: Target): string | null =>
  isWanted ? `${name}@${profile ?? ""}` : null;

/** Asks again, past what the server keeps, while one of the list is on its way up or down. */
function useWatched<T extends { readonly state: string }>(
  { data, set }: Resource<readonly T[]>,
  load: (signal: AbortSignal) => Promise<readonly T[]>,
): void {
  const isMoving = data?.some(({ state }) => toneOf(state) === "busy") === true;
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (!isMoving) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      // A failure is not told: the list that is shown stays, and the next turn asks again.
      load(abort.signal)
        .then(set, () => undefined)
        .finally(() => abort.signal.aborted || setTurn((before) => before + 1));
    }, againMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [isMoving, turn, set]);
}

export function useWarehouses(isWanted: boolean, target: Target): Resource<readonly WarehouseInfo[]> {
  const resource = useResource(keyOf("warehouses", isWanted, target), (signal) =>
    call("GET /api/warehouses", { query: target, signal }),
  );
  useWatched(resource, (signal) => call("GET /api/warehouses", { query: { ...target, refresh: "true" }, signal }));
  return resource;
}

export function useClusters(isWanted: boolean, target: Target): Resource<readonly ClusterInfo[]> {
  const resource = useResource(keyOf("clusters", isWanted, target), (signal) =>
    call("GET /api/clusters", { query: target, signal }),
  );
  useWatched(resource, (signal) => call("GET /api/clusters", { query: { ...target, refresh: "true" }, signal }));
  return resource;
}

export function useModels(isWanted: boolean, target: Target) {
  return useResource(keyOf("models", isWanted, target), (signal) => call("GET /api/models", { query: target, signal }));
}

export function useCatalogs(isWanted: boolean, target: Target) {
  return useResource(keyOf("catalogs", isWanted, target), (signal) =>
    call("GET /api/catalogs", { query: target, signal }),
  );
}

export function useSchemas(catalog: string | null | undefined, isWanted: boolean, target: Target) {
  const name = catalog === null || catalog === undefined || catalog === "" ? undefined : catalog;
  return useResource(keyOf(`schemas/${name ?? ""}`, isWanted && name !== undefined, target), (signal) =>
    call("GET /api/catalogs/{catalog}/schemas", { path: { catalog: name ?? "" }, query: target, signal }),
  );
}

export function useProfiles(isWanted: boolean) {
  return useResource(isWanted ? "profiles" : null, (signal) => call("GET /api/profiles", { signal }));
}

/** The folders in `path`; without it, in one's own. */
export function useFolders(path: string | undefined, target: Target) {
  return useResource(`folders/${path ?? ""}@${target.profile ?? ""}`, (signal) =>
    call("GET /api/folders", { query: { ...target, ...(path === undefined ? {} : { path }) }, signal }),
  );
}

/** The caller's settings: what holds where a conversation says nothing. */
export function useSettings() {
  return useResource("settings", (signal) => call("GET /api/settings", { signal }));
}
