// Who one is, how the app is, and what one has set in it.
import * as z from "zod";
import { toMortarError } from "../../../platform/errors.ts";
import { isTokenText, Secret } from "../../../platform/secret.ts";
import type { Me, Settings } from "../../contract/api.ts";
import { projectFor } from "../access.ts";
import { route, type Call, type Route } from "../route.ts";
import { changeSettings, forgetAnthropicKey, keepAnthropicKey, readSettings } from "../settings.ts";
import { me, mlflowStatus, settings, settingsChange } from "../wire-fields.ts";

type Asking = Pick<Call, "parts" | "caller">;

const health = z.object({ status: z.literal("healthy"), version: z.string() });

async function meOf({ parts, caller }: Asking): Promise<Me> {
  const { store, identity, version } = parts;
  const problem = await store.check().then(
    () => null,
    (thrown: unknown) => toMortarError(thrown).message,
  );
  const isPostgres = store.kind === "postgres";
  return {
    user: caller.user,
    display_name: caller.displayName,
    workspace_url: caller.access.host,
    profile: caller.access.profile ?? null,
    version,
    mode: identity.mode,
    database: { kind: store.kind, ok: problem === null, error: problem },
    lakebase_configured: isPostgres,
    lakebase_project_id: (isPostgres ? parts.deps.env["LAKEBASE_PROJECT_ID"] : undefined) ?? null,
    lakebase_error: isPostgres ? problem : null,
  };
}

async function settingsOf({ parts, caller }: Asking): Promise<Settings> {
  const { engine, model, permission_mode: mode, mlflow_experiment_name: experiment } = parts.defaults;
  const usual: Settings = {
    ...(engine === null || engine === undefined ? {} : { default_engine: engine }),
    ...(mode === null || mode === undefined ? {} : { default_permission_mode: mode }),
    ...(model === undefined ? {} : { default_model: model }),
    ...(experiment === undefined ? {} : { mlflow_experiment_name: experiment }),
  };
  return { ...usual, ...(await readSettings(parts.store, caller.user)) };
}

const who = ["GET /api/me", "GET /api/config/me", "GET /api/config/user"] as const;
const alive = ["GET /api/health", "GET /api/config/health"] as const;

export const configRoutes: readonly Route[] = [
  ...alive.map((name) =>
    route(name, {
      summary: "Whether the app is up; asks for no sign-in",
      answer: health,
      open: true,
      run: ({ parts }) => Promise.resolve({ status: "healthy" as const, version: parts.version }),
    }),
  ),
  ...who.map((name) =>
    route(name, { summary: "Who the caller is, on which workspace, and how the app is", answer: me, run: meOf }),
  ),
  route("GET /api/config/system_prompt", {
    summary: "What the agent of a project is told with these choices; nothing is changed by asking",
    query: z.strictObject({
      project_id: z.string(),
      cluster_id: z.string().max(100).exactOptional(),
      warehouse_id: z.string().max(100).exactOptional(),
      default_catalog: z.string().max(255).exactOptional(),
      default_schema: z.string().max(255).exactOptional(),
      workspace_folder: z.string().max(500).exactOptional(),
    }),
    answer: z.object({ system_prompt: z.string() }),
    run: async (call) => {
      const { project_id: projectId, ...context } = call.query;
      const { id } = await projectFor(call, projectId, "view");
      return { system_prompt: await call.parts.runs.systemPrompt(call.caller, id, context) };
    },
  }),
  route("GET /api/config/mlflow/status", {
    summary: "Whether runs are traced, and where",
    answer: mlflowStatus,
    run: ({ parts }) => Promise.resolve(parts.tracer.status()),
  }),
  route("GET /api/settings", { summary: "What the caller has set", answer: settings, run: settingsOf }),
  route("PATCH /api/settings", {
    summary: "Set some of it",
    body: settingsChange,
    answer: settings,
    run: async (call) => {
      await changeSettings(call.parts.store, call.caller.user, call.body);
      return await settingsOf(call);
    },
  }),
  route("PUT /api/settings/anthropic_key", {
    summary: "Keep a key of Anthropic's API for the caller's own runs; it is never given out again",
    body: z.strictObject({
      key: z
        .string()
        .trim()
        .min(16, "the key is too short")
        .max(500, "the key is too long")
        .refine(isTokenText, "the key has a sign in it that no key has"),
    }),
    answer: settings,
    run: async (call) => {
      await keepAnthropicKey(call.parts.store, call.caller.user, new Secret(call.body.key));
      return await settingsOf(call);
    },
  }),
  route("DELETE /api/settings/anthropic_key", {
    summary: "Forget the key",
    answer: settings,
    run: async (call) => {
      await forgetAnthropicKey(call.parts.store, call.caller.user);
      return await settingsOf(call);
    },
  }),
];
