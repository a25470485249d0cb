// Jobs and dashboards as their own definitions, which no tool shows whole.
import { MortarError } from "../../platform/errors.ts";
import { parseJson, type JsonObject } from "../../platform/json.ts";
import { dashboardOf } from "../../tools/dashboards/dashboards-api.ts";
import type { ToolContext } from "../../tools/define.ts";
import { isoTime } from "../../tools/fields.ts";
import { defaultLimits, type Limits } from "../../tools/limits.ts";

type Around = Pick<ToolContext, "workspace" | "signal">;
type Reading = Pick<ToolContext, "workspace" | "signal" | "limits">;

/** The longest definition that is given, in characters, unless the server was told less: some 50,000 tokens. */
const longest = 200_000;

/** Throws `invalid_input` for what is no id, `not_found`, and `too_large`. */
export async function jobText({ workspace, signal, limits }: Reading, jobId: string): Promise<string> {
  const { settings, creator, runAs, createdTimeMs } = await workspace.jobs.get(jobId, { signal });
  return bounded({ job_id: jobId, creator, run_as: runAs, created: isoTime(createdTimeMs), settings }, limits);
}

/**
 * The dashboard with its definition as an object (the API carries it as text in text). Throws as `jobText` does.
 */
export async function dashboardText({ workspace, signal, limits }: Reading, dashboardId: string): Promise<string> {
  if (!/^[\w-]{1,128}$/.test(dashboardId)) {
    throw new MortarError("invalid_input", `${JSON.stringify(dashboardId.slice(0, 100))} is no id of a dashboard`, {
      hint: "An id is 32 letters and digits, as the dashboard's address in the browser has it.",
    });
  }
  const { definition, name, path, warehouseId, state, updated } = await dashboardOf({ workspace, signal }, dashboardId);
  const about = { dashboard_id: dashboardId, name, path, warehouse_id: warehouseId, state, updated };
  return bounded({ ...about, definition: definition === undefined ? undefined : unpacked(definition) }, limits);
}

/** A draft may hold what is no JSON: then it is given as it is. */
function unpacked(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

export interface DashboardInfo {
  readonly id: string;
  readonly name: string;
  readonly updated: string | undefined;
}

/** The first page of dashboards, as many as `limit`. */
export async function dashboardsOf({ workspace, signal }: Around, limit: number): Promise<readonly DashboardInfo[]> {
  const query = { page_size: limit };
  const answer = await workspace.client.json({ method: "GET", path: "/api/2.0/lakeview/dashboards", query, signal });
  const listed = Array.isArray(answer["dashboards"]) ? (answer["dashboards"] as JsonObject[]) : [];
  return listed.slice(0, limit).flatMap(({ dashboard_id: id, display_name: name, update_time: updated }) => {
    if (typeof id !== "string" || !/^[\w-]{1,128}$/.test(id)) return [];
    return {
      id,
      name: typeof name === "string" ? name : id,
      updated: typeof updated === "string" ? updated : undefined,
    };
  });
}

function bounded(value: object, { textChars }: Limits): string {
  const most = textChars < defaultLimits.textChars ? textChars : longest;
  const spacious = JSON.stringify(value, undefined, 2);
  const text = spacious.length <= most ? spacious : JSON.stringify(value);
  if (text.length <= most) return text;
  throw new MortarError("too_large", `The definition has ${text.length} characters, and at most ${most} are given`, {
    hint: "Ask for parts of it by the tools, or export it into a file.",
  });
}
