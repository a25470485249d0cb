// resources/list: a short list that costs little, of what the person most likely means. All else is reached by templates.
import type { ListResourcesResult, Resource, ServerContext } from "@modelcontextprotocol/server";
import { nameOf } from "../../tools/paths.ts";
import { isoTime } from "../../tools/fields.ts";
import { resolvePath } from "../../workspace/path.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { CallSurroundings } from "../call.ts";
import { wrongRequest } from "../errors.ts";
import { inTime } from "../in-time.ts";
import { skillResources } from "../skills/listed.ts";
import { addressOf } from "./address.ts";
import { dashboardsOf } from "./definitions.ts";
import { kindsOn, type ResourceKind } from "./kinds.ts";

/** Of each kind. */
const most = 20;
/** Clients ask for this list when they start: what takes longer is left out. */
const patienceMs = 4_000;

/** The shipped skills and, where somebody is signed in, what lies in the home folder and what ran last. */
export async function listResources(
  around: CallSurroundings,
  params: { readonly cursor?: string | undefined } | undefined,
  request: Pick<ServerContext["mcpReq"], "signal">,
): Promise<ListResourcesResult> {
  if (params?.cursor !== undefined) throw wrongRequest("The list has one page: there is no cursor");
  return { resources: [...(await listThings(around, request.signal)), ...skillResources()] };
}

type Lister = (workspace: Workspace, signal: AbortSignal) => Promise<readonly Resource[]>;

/** Tables have no short list: their template completes them. */
const listers: Readonly<Partial<Record<ResourceKind["name"], Lister>>> = {
  notebook: listNotebooks,
  run: listRuns,
  job: listJobs,
  dashboard: listDashboards,
};

async function listThings({ deps, selection, source }: CallSurroundings, caller: AbortSignal): Promise<Resource[]> {
  const kinds = kindsOn(selection).filter(({ name }) => listers[name] !== undefined);
  if (kinds.length === 0) return [];
  const signal = AbortSignal.any([caller, AbortSignal.timeout(patienceMs)]);
  const workspace = await inTime(source.open(), signal).catch((thrown: unknown) => {
    deps.log.debug(`resources/list: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return undefined;
  });
  if (workspace === undefined) return [];
  const lists = await Promise.all(
    kinds.map(async ({ name, mimeType }) => {
      try {
        const listed = (await listers[name]?.(workspace, signal)) ?? [];
        return listed.map((resource) => ({ ...resource, mimeType }));
      } catch (thrown) {
        deps.log.debug(`resources/list: ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
        return [];
      }
    }),
  );
  return lists.flat();
}

async function listNotebooks(workspace: Workspace, signal: AbortSignal): Promise<readonly Resource[]> {
  const home = await resolvePath("~", () => workspace.identity.userName({ signal }));
  const objects = await workspace.objects.list(home, { signal });
  return objects
    .filter(({ objectType }) => objectType === "NOTEBOOK")
    .toSorted((one, other) => (other.modifiedAtMs ?? 0) - (one.modifiedAtMs ?? 0))
    .slice(0, most)
    .map(({ path, language, modifiedAtMs }) => ({
      uri: addressOf("notebook", path.slice(1).split("/")),
      name: nameOf(path),
      title: `Notebook ${nameOf(path)}`,
      description: `${language ?? "Notebook"} at ${path}`,
      ...changed(isoTime(modifiedAtMs)),
    }));
}

async function listRuns(workspace: Workspace, signal: AbortSignal): Promise<readonly Resource[]> {
  const { items } = await workspace.runs.list({ limit: most, signal });
  return items.map(({ runId, runName, state, times }) => ({
    uri: addressOf("run", [runId]),
    name: `run-${runId}`,
    title: `Run ${runId}${runName === undefined ? "" : ` of ${runName}`}`,
    description: state.result ?? state.lifeCycle,
    ...changed(isoTime(times.endTimeMs) ?? isoTime(times.startTimeMs)),
  }));
}

async function listJobs(workspace: Workspace, signal: AbortSignal): Promise<readonly Resource[]> {
  const { items } = await workspace.jobs.list({ limit: most, signal });
  return items.map(({ jobId, name, creator }) => ({
    uri: addressOf("job", [jobId]),
    name: `job-${jobId}`,
    title: `Job ${name ?? jobId}`,
    ...(creator === undefined ? {} : { description: `Made by ${creator}` }),
  }));
}

async function listDashboards(workspace: Workspace, signal: AbortSignal): Promise<readonly Resource[]> {
  return (await dashboardsOf({ workspace, signal }, most)).map(({ id, name, updated }) => ({
    uri: addressOf("dashboard", [id]),
    name: `dashboard-${id}`,
    title: `Dashboard ${name}`,
    ...changed(updated === undefined ? undefined : isoTime(Date.parse(updated))),
  }));
}

function changed(time: string | undefined): Pick<Resource, "annotations"> {
  return time === undefined ? {} : { annotations: { lastModified: time } };
}
