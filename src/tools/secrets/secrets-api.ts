// Secrets 2.0. Values go in; they are never asked for. https://docs.databricks.com/api/workspace/secrets
import type { CallOptions } from "../../workspace/client.ts";
import { objects, requiredText, text, timeMs } from "../../workspace/fields.ts";
import type { ToolContext } from "../define.ts";

export interface SecretScope {
  readonly name: string;
  /** DATABRICKS or AZURE_KEYVAULT. */
  readonly backend: string | undefined;
}

export interface SecretFacts {
  readonly key: string;
  readonly updatedAtMs: number | undefined;
}

export interface SecretAcl {
  readonly principal: string;
  readonly permission: string;
}

type Around = Pick<ToolContext, "workspace" | "signal">;

export async function secretScopes({ workspace, signal }: Around): Promise<readonly SecretScope[]> {
  const wire = await workspace.client.json({ method: "GET", path: "/api/2.0/secrets/scopes/list", signal });
  return objects(wire, "scopes").map((one) => ({
    name: requiredText(one, "name"),
    backend: text(one, "backend_type"),
  }));
}

export async function secretsIn({ workspace, signal }: Around, scope: string): Promise<readonly SecretFacts[]> {
  const wire = await workspace.client.json({ method: "GET", path: "/api/2.0/secrets/list", query: { scope }, signal });
  return objects(wire, "secrets").map((one) => ({
    key: requiredText(one, "key"),
    updatedAtMs: timeMs(one, "last_updated_timestamp"),
  }));
}

export async function secretAcls({ workspace, signal }: Around, scope: string): Promise<readonly SecretAcl[]> {
  const query = { scope };
  const wire = await workspace.client.json({ method: "GET", path: "/api/2.0/secrets/acls/list", query, signal });
  return objects(wire, "items").map((one) => ({
    principal: requiredText(one, "principal"),
    permission: requiredText(one, "permission"),
  }));
}

type Operation = "scopes/create" | "scopes/delete" | "put" | "delete" | "acls/put" | "acls/delete";

/** One of the operations that change something; each is as good twice as once, save making a scope and deleting. */
export async function changeSecrets({ workspace, signal }: Around, operation: Operation, body: object): Promise<void> {
  const idempotent = operation === "put" || operation === "acls/put";
  const options: CallOptions = { signal };
  await workspace.client.run({ method: "POST", path: `/api/2.0/secrets/${operation}`, body, idempotent, ...options });
}
