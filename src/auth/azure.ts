// What the Azure ways of signing in share: the clouds' addresses, the headers, the workspace behind a resource id.
import { MortarError } from "../platform/errors.ts";
import { isObject } from "../platform/json.ts";
import { Secret } from "../platform/secret.ts";
import type { AccessToken, TokenOptions } from "./credentials.ts";
import { normaliseHost } from "./host.ts";
import { errorWords, jsonOf, send } from "./http.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { bearer, type Opened, type StrategyContext } from "./strategy.ts";
import { memorySource } from "./token-source.ts";

export interface AzureCloud {
  readonly login: string;
  readonly management: string;
  readonly arm: string;
}

const clouds: Readonly<Record<string, AzureCloud>> = {
  PUBLIC: {
    login: "https://login.microsoftonline.com/",
    management: "https://management.core.windows.net/",
    arm: "https://management.azure.com/",
  },
  USGOVERNMENT: {
    login: "https://login.microsoftonline.us/",
    management: "https://management.core.usgovcloudapi.net/",
    arm: "https://management.usgovcloudapi.net/",
  },
  CHINA: {
    login: "https://login.chinacloudapi.cn/",
    management: "https://management.core.chinacloudapi.cn/",
    arm: "https://management.chinacloudapi.cn/",
  },
};

/** The resource that a token for Azure Databricks is asked for. */
const databricksApp = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
const stagingApp = "4a67d088-db5c-48f1-9ff2-0aace800ae68";
const developmentApp = "62a912ac-b58e-4c1d-89ea-b2dbfc7358fc";

export function azureCloud(config: ResolvedConfig): AzureCloud {
  const named = config.get("azure_environment");
  const guessed = cloudOfHost(config.get("host") ?? "");
  const cloud = clouds[(named ?? guessed).toUpperCase()];
  if (cloud !== undefined) return cloud;
  throw new MortarError(
    "config_invalid",
    `azure_environment: ${named} is not one of ${Object.keys(clouds).join(", ")}`,
  );
}

function cloudOfHost(host: string): string {
  if (host.endsWith(".databricks.azure.us")) return "USGOVERNMENT";
  return host.endsWith(".databricks.azure.cn") ? "CHINA" : "PUBLIC";
}

export function databricksResource(config: ResolvedConfig): string {
  const host = config.get("host") ?? "";
  if (host.endsWith(".staging.azuredatabricks.net")) return stagingApp;
  return host.endsWith(".dev.azuredatabricks.net") ? developmentApp : databricksApp;
}

/** Brings an Azure token for a resource: the Databricks application, or the service management. */
export type AzureToken = (resource: string, signal: AbortSignal | undefined) => Promise<AccessToken>;

/**
 * A strategy over Azure tokens. With a resource id its two headers go along, which let a service principal in that the
 * workspace does not know yet; without a host, the workspace is looked up by the resource id.
 */
export async function openAzure(
  context: StrategyContext,
  fetchToken: AzureToken,
  managementIsOptional = false,
): Promise<Opened> {
  const { config, deps, chosen, signal } = context;
  const cloud = azureCloud(config);
  const resourceId = config.get("azure_workspace_resource_id");
  const host = config.get("host") ?? (await workspaceHost(context, fetchToken, cloud));
  const resource = databricksResource(config);
  const first = chosen ? undefined : await fetchToken(resource, signal);
  const token = memorySource(deps, () => fetchToken(resource, undefined), first);
  if (resourceId === undefined) return { ...bearer(token), host };
  const management = memorySource(deps, () => fetchToken(cloud.management, undefined));
  const extra = async (options?: TokenOptions): Promise<Record<string, string>> => {
    const held = await management(options).catch((thrown: unknown) => {
      options?.signal?.throwIfAborted();
      if (managementIsOptional) return undefined;
      throw thrown;
    });
    return {
      "X-Databricks-Azure-Workspace-Resource-Id": resourceId,
      ...(held === undefined ? {} : { "X-Databricks-Azure-SP-Management-Token": held.accessToken.reveal() }),
    };
  };
  return { ...bearer(token, extra), host };
}

async function workspaceHost(context: StrategyContext, fetchToken: AzureToken, cloud: AzureCloud): Promise<string> {
  const { config, deps, signal } = context;
  const resourceId = config.get("azure_workspace_resource_id");
  if (resourceId === undefined) throw new MortarError("config_missing", `The host is missing${config.suffix()}`);
  const { accessToken } = await fetchToken(cloud.management, signal);
  const url = `${cloud.arm}${resourceId.replace(/^\/+/, "")}?api-version=2018-04-01`;
  const what = "Azure's resource manager";
  const headers = { authorization: `Bearer ${accessToken.reveal()}` };
  const answer = await send(deps, { url, headers, what, signal });
  const body = jsonOf(answer, what);
  const address = isObject(body["properties"]) ? body["properties"]["workspaceUrl"] : undefined;
  if (answer.status === 200 && typeof address === "string" && address !== "") return normaliseHost(address).host;
  throw new MortarError("auth_failed", `${what} does not know the workspace: ${errorWords(body) ?? answer.status}`, {
    hint: "Check azure_workspace_resource_id, or give the host.",
  });
}

/** The tenant: as configured, else where the workspace sends a browser to sign in. */
export async function azureTenant(
  { config, deps }: Pick<StrategyContext, "config" | "deps">,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const configured = config.get("azure_tenant_id");
  const host = config.get("host");
  if (configured !== undefined || host === undefined) return configured;
  const answer = await send(deps, { url: `${host}/aad/auth`, what: "the workspace", signal });
  const location = answer.headers.get("location") ?? "";
  if (!URL.canParse(location)) return undefined;
  const tenant = new URL(location).pathname.split("/")[1] ?? "";
  return /^[A-Za-z0-9._-]+$/.test(tenant) ? tenant : undefined;
}

/** The answer of an Azure token endpoint or metadata service. Throws `auth_failed`. */
export function azureAnswer(body: Record<string, unknown>, status: number, name: string): AccessToken {
  const { access_token: token, expires_on: expiresOn } = body;
  if (status !== 200 || typeof token !== "string" || token === "") {
    throw new MortarError("auth_failed", `${name}: no token: ${errorWords(body) ?? `HTTP ${status}`}`, {
      httpStatus: status,
      hint: "Check the identity and its rights in Azure.",
    });
  }
  const expiresAtMs = Number(expiresOn) * 1_000;
  return {
    accessToken: new Secret(token),
    tokenType: "Bearer",
    expiresAtMs: expiresOn === undefined || !Number.isFinite(expiresAtMs) ? undefined : expiresAtMs,
  };
}
