// create_lakebase_project, update_lakebase_project, delete_lakebase_project.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { listPostgres, operate } from "./lakebase-api.ts";
import { newId, projectInput, projectName } from "./names.ts";
import { changed, changedFields, changedText } from "./outcome.ts";

export const createLakebaseProject = defineTool({
  name: "create_lakebase_project",
  toolset: "lakebase",
  effect: "write",
  title: "Create a Lakebase project",
  description:
    "Creates an autoscaling Postgres project with a branch `production` and an endpoint `primary`. It costs money while it runs.",
  input: z.strictObject({
    name: newId,
    display_name: z.string().optional(),
    pg_version: z.int().min(16).max(99).default(17),
    min_cu: z.number().min(0.5).optional().describe("Least compute units; 1 is about 2 GB"),
    max_cu: z.number().min(0.5).optional(),
    suspend_after_seconds: z.int().min(0).optional().describe("0 keeps it awake"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(changedFields),
  spellings: { project_id: "name" },
  targets: nowhere,
  run: async (context, input) => {
    const spec = {
      display_name: input.display_name ?? input.name,
      pg_version: input.pg_version,
      default_endpoint_settings: endpointSettings(input),
    };
    const query = { project_id: input.name };
    const done = await operate(context, { method: "POST", path: "projects", query, body: { spec } }, input);
    return changed(`projects/${input.name}`, done, "`get_lakebase_database` tells the host.");
  },
  text: changedText,
});

interface EndpointWish {
  readonly min_cu?: number | undefined;
  readonly max_cu?: number | undefined;
  readonly suspend_after_seconds?: number | undefined;
}

/** Undefined where nothing is wanted. */
export function endpointSettings({ min_cu, max_cu, suspend_after_seconds: after }: EndpointWish) {
  const suspension = after === 0 ? { no_suspension: true } : { suspend_timeout_duration: `${after}s` };
  const settings = {
    ...(min_cu === undefined ? {} : { autoscaling_limit_min_cu: min_cu }),
    ...(max_cu === undefined ? {} : { autoscaling_limit_max_cu: max_cu }),
    ...(after === undefined ? {} : suspension),
  };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

export const updateLakebaseProject = defineTool({
  name: "update_lakebase_project",
  toolset: "lakebase",
  effect: "write",
  idempotent: true,
  title: "Change a Lakebase project",
  description: "Changes the shown name of a project, or for how long its past can be gone back to.",
  input: z.strictObject({
    project: projectInput,
    display_name: z.string().min(1, "must not be empty").optional(),
    history_days: z.number().min(0).max(35).optional(),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(changedFields),
  spellings: { project_name: "project", name: "project" },
  targets: nowhere,
  run: async (context, input) => {
    const name = projectName(input.project);
    const spec = {
      ...(input.display_name === undefined ? {} : { display_name: input.display_name }),
      ...(input.history_days === undefined ? {} : { history_retention_duration: `${input.history_days * 86_400}s` }),
    };
    if (Object.keys(spec).length === 0)
      return changed(name, { done: true, operation: undefined }, "Nothing was to be changed.");
    const query = { update_mask: maskOf(spec) };
    return changed(name, await operate(context, { method: "PATCH", path: name, query, body: { spec } }, input));
  },
  text: changedText,
});

export const maskOf = (spec: object): string =>
  Object.keys(spec)
    .map((key) => `spec.${key}`)
    .join(",");

export const deleteLakebaseProject = defineTool({
  name: "delete_lakebase_project",
  toolset: "lakebase",
  effect: "destructive",
  title: "Delete a Lakebase project",
  description: "Deletes a project with all its branches and data. Without purge it can be restored for some days.",
  input: z.strictObject({
    project: projectInput,
    purge: z.boolean().default(false).describe("For good, at once"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(changedFields),
  spellings: { project_name: "project", name: "project" },
  confirm: async ({ project, purge }, context) => {
    const branches = await listPostgres(context, projectName(project), "branches");
    const ids = branches.map(({ name }) => String(name).split("/").at(-1) ?? "");
    return purge
      ? question`Delete the Lakebase project ${project} with its ${ids.length} branches ${ids} and all their data for good?`
      : question`Delete the Lakebase project ${project} with its ${ids.length} branches ${ids}? It can be restored for some days.`;
  },
  targets: nowhere,
  run: async (context, { project, purge, wait_seconds }) => {
    const name = projectName(project);
    const query = purge ? { purge } : {};
    return changed(name, await operate(context, { method: "DELETE", path: name, query }, { wait_seconds }));
  },
  text: changedText,
});
