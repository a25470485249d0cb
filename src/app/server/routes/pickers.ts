// What a person can choose: engines, models, compute, catalogs, folders, workspaces.
import * as z from "zod";
import { parseConfigFile, profileNames, readConfigFile } from "../../../auth/config-file.ts";
import type { Workspace } from "../../../workspace/workspace.ts";
import type { WorkspaceAccess } from "../caller.ts";
import { catalogs, clusters, folders, schemas, toClusterInfo, toWarehouseInfo, warehouses } from "../pickers/lists.ts";
import { models } from "../pickers/models.ts";
import { route, type Call, type Route } from "../route.ts";
import {
  clusterInfo,
  engineInfo,
  folderItem,
  modelInfo,
  namedItem,
  profileInfo,
  toolInfo,
  warehouseInfo,
} from "../wire-fields.ts";

const picked = {
  profile: z.string().min(1).max(200).exactOptional(),
  refresh: z.enum(["true", "false"]).exactOptional(),
};
const pickedQuery = z.strictObject(picked);

interface Picking extends Pick<Call, "parts" | "caller" | "signal"> {
  readonly query: { readonly profile?: string; readonly refresh?: "true" | "false" };
}

async function accessFor({ parts, caller, query }: Picking): Promise<WorkspaceAccess> {
  const { profile } = query;
  return profile === undefined ? caller.access : await parts.identity.accessTo(caller, profile);
}

interface Around {
  readonly access: WorkspaceAccess;
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
}

/** What is kept of it for the caller, or what `ask` gets. It outlives the request that asked first: others wait for it too. */
async function keptOf<T>(picking: Picking, what: readonly string[], ask: (around: Around) => Promise<T>): Promise<T> {
  const { parts, caller, query } = picking;
  // Whether the profile may be named at all is looked at before what is kept.
  const access = await accessFor(picking);
  const key = [caller.user, query.profile ?? "", ...what];
  return await parts.kept.of(key, { fresh: query.refresh === "true" }, async () => {
    const workspace = await access.source.open();
    return await ask({ access, workspace, signal: AbortSignal.any([parts.ending, AbortSignal.timeout(patienceMs)]) });
  });
}

const patienceMs = 60_000;

const text = z.string().min(1).max(255);

export const pickerRoutes: readonly Route[] = [
  route("GET /api/engines", {
    summary: "The coding agents that can run here, and what installs those that cannot",
    answer: z.array(engineInfo),
    run: ({ parts }) => parts.runs.engines(),
  }),
  route("GET /api/models", {
    summary: "The models of the workspace that an engine can use, the newest first",
    query: pickedQuery,
    answer: z.array(modelInfo),
    run: (call) =>
      keptOf(call, ["models"], ({ access, signal }) => {
        const { parts, caller, query } = call;
        return models(parts.deps, { caller, access, version: parts.version, fresh: query.refresh === "true", signal });
      }),
  }),
  route("GET /api/tools", {
    summary: "Our tools that agents have here",
    answer: z.array(toolInfo),
    run: ({ parts }) => {
      const tools = parts.selection.entries.map(({ name, title, toolset, effect }) => ({
        name,
        title,
        toolset,
        effect,
      }));
      return Promise.resolve(tools);
    },
  }),
  route("GET /api/profiles", {
    summary: "Workspaces of this machine, by their profiles; none on a shared server",
    answer: z.array(profileInfo),
    run: async ({ parts }) => {
      if (parts.identity.mode !== "local") return [];
      const profiles = parseConfigFile(await readConfigFile(parts.deps));
      return profileNames(profiles).map((name) => ({ name, host: profiles.get(name)?.get("host") ?? null }));
    },
  }),
  route("GET /api/clusters", {
    summary: "All-purpose clusters, serverless compute first, then those that run",
    query: pickedQuery,
    answer: z.array(clusterInfo),
    run: (call) => keptOf(call, ["clusters"], clusters),
  }),
  route("POST /api/clusters/{cluster_id}/start", {
    summary: "Start a cluster; answers at once with its state",
    query: pickedQuery,
    answer: clusterInfo,
    run: async (call) => {
      const { parts, caller, params, signal } = call;
      const workspace = await (await accessFor(call)).source.open();
      const found = await workspace.clusters.get(params.cluster_id, { signal });
      if (found.state === "TERMINATED" || found.state === "ERROR") {
        await workspace.clusters.start(params.cluster_id, { signal });
      }
      parts.kept.forget([caller.user, call.query.profile ?? "", "clusters"]);
      return toClusterInfo(await workspace.clusters.get(params.cluster_id, { signal }));
    },
  }),
  route("GET /api/warehouses", {
    summary: "SQL warehouses, serverless ones that run first",
    query: pickedQuery,
    answer: z.array(warehouseInfo),
    run: (call) => keptOf(call, ["warehouses"], warehouses),
  }),
  route("POST /api/warehouses/{warehouse_id}/start", {
    summary: "Start a SQL warehouse; answers at once with its state",
    query: pickedQuery,
    answer: warehouseInfo,
    run: async (call) => {
      const { parts, caller, params, signal } = call;
      const workspace = await (await accessFor(call)).source.open();
      await workspace.warehouses.start(params.warehouse_id, { signal });
      parts.kept.forget([caller.user, call.query.profile ?? "", "warehouses"]);
      return toWarehouseInfo(await workspace.warehouses.get(params.warehouse_id, { signal }));
    },
  }),
  route("GET /api/catalogs", {
    summary: "The catalogs of the workspace",
    query: pickedQuery,
    answer: z.array(namedItem),
    run: (call) => keptOf(call, ["catalogs"], catalogs),
  }),
  route("GET /api/catalogs/{catalog}/schemas", {
    summary: "The schemas of a catalog",
    query: pickedQuery,
    answer: z.array(namedItem),
    run: (call) => keptOf(call, ["schemas", call.params.catalog], (around) => schemas(around, call.params.catalog)),
  }),
  route("GET /api/folders", {
    summary: "The folders in a folder of the workspace; in the caller's own unless `path` names one",
    query: z.strictObject({ ...picked, path: text.regex(/^\//, "has to begin with /").exactOptional() }),
    answer: z.array(folderItem),
    run: (call) => keptOf(call, ["folders", call.query.path ?? ""], (around) => folders(around, call.query.path)),
  }),
];
