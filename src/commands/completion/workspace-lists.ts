// What a workspace is asked for at a TAB: each list with its values and what they stand for.
import type { Credentials } from "../../auth/credentials.ts";
import type { Candidate } from "../../completion/table.ts";
import type { Deps } from "../../platform/deps.ts";
import { listAll as dashboards } from "../../tools/dashboards/dashboards-api.ts";
import { listSpaces } from "../../tools/genie/genie-api.ts";
import { resolvePath } from "../../workspace/path.ts";
import { createPipelinesApi } from "../../workspace/pipelines.ts";
import type { Securable } from "../../workspace/unity-catalog.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { buildInfo } from "../../build-info.ts";
import type { ListName } from "./workspace-values.ts";

/** More than these no list of a shell can show. */
const limit = 1_000;

export interface ListContext {
  readonly deps: Deps;
  readonly credentials: Credentials;
  readonly workspace: Workspace;
  /** The catalog, schema or folder that is looked into, the API that models answer; empty for the whole workspace. */
  readonly scope: string;
  readonly signal: AbortSignal;
}

type List = (context: ListContext) => Promise<readonly Candidate[]>;

const lists: Readonly<Record<ListName, List>> = {
  cluster: async ({ workspace, signal }) =>
    (await workspace.clusters.list({ limit, signal })).items.map(({ clusterId, clusterName, state }) => ({
      value: clusterId,
      description: `${clusterName} (${state.toLowerCase()})`,
    })),
  job: async ({ workspace, signal }) =>
    (await workspace.jobs.list({ limit, signal })).items.map(({ jobId, name }) => ({
      value: jobId,
      description: name ?? "",
    })),
  run: async ({ workspace, signal }) =>
    (await workspace.runs.list({ limit: 50, signal })).items.map(({ runId, runName, state }) => ({
      value: runId,
      description: `${runName ?? ""} (${(state.result ?? state.lifeCycle).toLowerCase()})`,
    })),
  policy: async ({ workspace, signal }) =>
    (await workspace.policies.list({ signal })).map(({ policyId, name }) => ({ value: policyId, description: name })),
  "node-type": async ({ workspace, signal }) =>
    (await workspace.clusters.nodeTypes({ signal }))
      .filter(({ hidden, deprecated }) => !hidden && !deprecated)
      .map(({ nodeTypeId, cores, memoryMb, gpus }) => {
        const parts = [`${cores} cores`, `${Math.round(memoryMb / 1_024)} GB`, ...(gpus === 0 ? [] : [`${gpus} GPU`])];
        return { value: nodeTypeId, description: parts.join(", ") };
      }),
  "spark-version": async ({ workspace, signal }) =>
    (await workspace.clusters.sparkVersions({ signal })).map(({ key, name }) => ({ value: key, description: name })),
  warehouse: async ({ workspace, signal }) =>
    (await workspace.warehouses.list({ limit, signal })).items.map(({ id, name, state }) => ({
      value: id,
      description: `${name} (${state.toLowerCase()})`,
    })),
  pipeline: async ({ workspace, signal }) =>
    (await createPipelinesApi(workspace.client).list({ limit, signal })).items.map(({ pipelineId, name, state }) => ({
      value: pipelineId,
      description: `${name} (${state.toLowerCase()})`,
    })),
  dashboard: async ({ workspace, signal }) =>
    (await dashboards({ workspace, signal }, false)).items.map(({ id, name }) => ({ value: id, description: name })),
  "genie-space": async ({ workspace, signal }) =>
    (await listSpaces({ workspace, signal })).items.map(({ id, name }) => ({ value: id, description: name })),
  catalog: async ({ workspace: { unityCatalog }, signal }) =>
    named((await unityCatalog.catalogs({ limit, includeBrowse: true, signal })).items),
  schema: async ({ workspace: { unityCatalog }, scope, signal }) =>
    named((await unityCatalog.schemas(scope, { limit, includeBrowse: true, signal })).items),
  table: async ({ workspace: { unityCatalog }, scope, signal }) => {
    const [catalog = "", schema = ""] = scope.split(".");
    const options = { limit, includeBrowse: true, namesOnly: true, signal };
    return named((await unityCatalog.tables(catalog, schema, options)).items, ({ tableType }) => tableType);
  },
  folder: ({ workspace, scope, signal }) => folder(workspace, scope, signal),
  model: async ({ deps, credentials, scope, signal }) => {
    const { openModels } = await import("../../proxy/models/open.ts");
    const profile = credentials.profile ?? "DEFAULT";
    const { discovery } = await openModels(deps, { credentials, profile, version: buildInfo.version, signal });
    const ready = discovery.models.filter(({ state }) => state === "ready");
    const fitting = ready.filter(({ dialects }) => scope === "" || dialects.some((dialect) => dialect === scope));
    return fitting.map(({ id, dialects }) => ({ value: id, description: dialects.join(", ") }));
  },
};

/** The list of that name, or undefined. */
export function findList(name: string): List | undefined {
  return Object.hasOwn(lists, name) ? lists[name as ListName] : undefined;
}

/** Their names, and what their owners say of them. A name with a dot in it cannot be told from two. */
function named<T extends Securable>(items: readonly T[], kindOf: (item: T) => string | undefined = () => undefined) {
  return items
    .filter(({ name }) => !name.includes("."))
    .map((item) => {
      const kind = kindOf(item)?.toLowerCase().replaceAll("_", " ");
      const description = [kind, item.comment].filter((text) => text !== undefined).join(": ");
      return { value: item.name, ...(description === "" ? {} : { description }) };
    });
}

const folderTypes: readonly string[] = ["DIRECTORY", "REPO"];

async function folder(workspace: Workspace, scope: string, signal: AbortSignal): Promise<readonly Candidate[]> {
  const path = await resolvePath(scope === "" ? "/" : scope, () => workspace.identity.userName({ signal }));
  const found = (await workspace.objects.list(path, { signal })).map(({ path: full, objectType, language }) => {
    // At the beginning of the word the slash is still to come.
    const name = full.slice(scope === "" ? 0 : full.lastIndexOf("/") + 1);
    if (folderTypes.includes(objectType)) return { value: `${name}/`, partial: true };
    return { value: name, description: [language, objectType].filter(Boolean).join(" ").toLowerCase() };
  });
  const home = { value: "~/", description: "Your home folder", partial: true };
  return scope === "" ? [home, ...found] : found;
}
