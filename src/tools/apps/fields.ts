// What the tools for apps take and tell alike.
import * as z from "zod";
import type { App, Deployment } from "./apps-api.ts";

export const appInput = z.string().min(1, "must not be empty").describe("Name of the app");

export const newAppName = z.string().regex(/^[a-z0-9-]{2,30}$/, "has 2 to 30 lowercase letters, digits and dashes");

/** The API's own form: every kind of resource is an object under its name. */
export const resourcesInput = z
  .array(z.looseObject({ name: z.string().describe("Key that app.yaml's valueFrom names") }))
  .describe('As the Apps API has them: {"name": "wh", "sql_warehouse": {"id": "...", "permission": "CAN_USE"}}');

export const appFields = {
  name: z.string(),
  url: z.string().optional(),
  state: z.string().optional(),
  compute_state: z.string().optional(),
  message: z.string().optional(),
  description: z.string().optional(),
  service_principal: z.string().optional(),
  resources: z.array(z.string()),
  user_api_scopes: z.array(z.string()),
  deployment_id: z.string().optional(),
  deployment_state: z.string().optional(),
  source_path: z.string().optional(),
  hint: z.string().optional(),
};

export function shownApp(app: App, hint?: string) {
  const deployment = app.pending ?? app.active;
  return {
    name: app.name,
    url: app.url,
    state: app.state,
    compute_state: app.computeState,
    message: app.message ?? app.computeMessage,
    description: app.description,
    service_principal: app.servicePrincipal,
    resources: [...app.resources],
    user_api_scopes: [...app.userApiScopes],
    deployment_id: deployment?.id,
    deployment_state: deployment?.state,
    source_path: deployment?.sourcePath,
    hint,
  };
}

export const deploymentFields = {
  deployment_id: z.string(),
  state: z.string(),
  message: z.string().optional(),
  source_path: z.string().optional(),
  mode: z.string().optional(),
};

export function shownDeployment({ id, state, message, sourcePath, mode }: Deployment) {
  return { deployment_id: id, state, message, source_path: sourcePath, mode };
}
