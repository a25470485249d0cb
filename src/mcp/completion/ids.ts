// Completion of ids: by their first digits, or by a part of the name of what they belong to.
import { dashboardsOf } from "../resources/definitions.ts";
import type { Source } from "./source.ts";

/** How many are looked through, the newest. */
const most = 100;

interface Named {
  readonly id: string;
  readonly name: string;
}

export const runIds: Source = (typed, { kept }) =>
  idsOf(
    typed,
    kept("runs", async ({ runs }, signal) =>
      (await runs.list({ limit: most, signal })).items.map(({ runId, runName }) => ({
        id: runId,
        name: runName ?? "",
      })),
    ),
  );

export const jobIds: Source = (typed, { kept }) =>
  idsOf(
    typed,
    kept("jobs", async ({ jobs }, signal) =>
      (await jobs.list({ limit: most, signal })).items.map(({ jobId, name }) => ({ id: jobId, name: name ?? "" })),
    ),
  );

export const dashboardIds: Source = (typed, { kept }) =>
  idsOf(
    typed,
    kept("dashboards", (workspace, signal) => dashboardsOf({ workspace, signal }, most)),
  );

async function idsOf(typed: string, listed: Promise<readonly Named[]>): Promise<readonly string[]> {
  const wanted = typed.trim().toLowerCase();
  const all = await listed;
  const byId = all.filter(({ id }) => id.startsWith(wanted));
  const byName = all.filter(({ id, name }) => !id.startsWith(wanted) && name.toLowerCase().includes(wanted));
  return [...byId, ...byName].map(({ id }) => id);
}
