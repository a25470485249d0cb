// What follows from a choice: what belonged to another engine, workspace or catalog is taken back with it.
import type { Context, EngineInfo, ModelInfo, PermissionMode } from "../../contract/api.ts";

/** The context with another engine; a model and a permission mode that it does not have go back to their defaults. */
export function withEngine(
  context: Context,
  name: Context["engine"],
  { engines, models }: { readonly engines: readonly EngineInfo[]; readonly models: readonly ModelInfo[] },
): Context {
  const engine = engines.find((one) => one.name === name);
  const model = models.find(({ id }) => id === context.model);
  const keepsModel = engine === undefined || model === undefined || model.engines.includes(engine.name);
  const mode = context.permission_mode;
  const keepsMode =
    engine === undefined || mode === undefined || mode === null || engine.permission_modes.includes(mode);
  return {
    ...context,
    engine: name ?? null,
    model: keepsModel ? (context.model ?? null) : null,
    permission_mode: keepsMode ? (mode ?? null) : null,
  };
}

/** The context on another workspace: what is chosen of the one before is not there. */
export function withProfile(context: Context, profile: string | null): Context {
  return {
    ...context,
    target_profile: profile,
    cluster_id: null,
    warehouse_id: null,
    default_catalog: null,
    default_schema: null,
    workspace_folder: null,
  };
}

/** The context with another catalog; a schema is one of its catalog. */
export function withCatalog(context: Context, catalog: string | null): Context {
  return catalog === (context.default_catalog ?? null)
    ? context
    : { ...context, default_catalog: catalog, default_schema: null };
}

export const permissionWords: Readonly<Record<PermissionMode, { readonly label: string; readonly hint: string }>> = {
  ask: { label: "Ask first", hint: "Reads freely; asks you before it changes anything" },
  accept_edits: {
    label: "Edit files",
    hint: "Edits the project's files unasked; asks before all else that changes something",
  },
  plan: { label: "Plan only", hint: "Looks around and plans; changes nothing" },
  everything: { label: "Everything", hint: "Does all of it unasked, deletions included" },
};

/** How many choices beyond model, engine and permissions are set. */
export function chosenCount(context: Context): number {
  const {
    cluster_id,
    warehouse_id,
    default_catalog,
    default_schema,
    workspace_folder,
    mlflow_experiment_name,
    target_profile,
  } = context;
  const all = [
    cluster_id,
    warehouse_id,
    default_catalog,
    default_schema,
    workspace_folder,
    mlflow_experiment_name,
    target_profile,
  ];
  return all.filter((one) => one !== undefined && one !== null && one !== "").length;
}
