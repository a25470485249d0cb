// The person who is signed in with the Azure CLI.
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";
import { printable, redact } from "../../platform/log.ts";
import { findProgram } from "../../platform/programs.ts";
import { Secret } from "../../platform/secret.ts";
import { azureTenant, openAzure, type AzureToken } from "../azure.ts";
import type { AccessToken } from "../credentials.ts";
import { lacks, type Strategy, type StrategyContext } from "../strategy.ts";

const limitMs = 60_000;
const mostOutputBytes = 1_048_576;

export const open: Strategy = async (context) => {
  const { config, deps, chosen } = context;
  if (!config.isAzure) {
    if (chosen) throw lacks(context, "azure-cli", "the host is no Azure workspace, and there is no resource id");
    return undefined;
  }
  const az = findProgram("az", deps);
  if (az === undefined) {
    if (chosen) throw lacks(context, "azure-cli", "the Azure CLI (az) is not installed");
    return undefined;
  }
  return openAzure(context, azToken(context, az), true);
};

/** `az account get-access-token`, with the tenant, without it for a managed identity, the subscription where it helps. */
function azToken(context: StrategyContext, az: string): AzureToken {
  return async (resource, signal) => {
    const account = await azAccount(context, az, signal);
    const tenant = account === "managed" ? undefined : await tenantOrUndefined(context, signal);
    const subscription = tenant === undefined ? subscriptionOf(context) : undefined;
    const base = ["account", "get-access-token", "--resource", resource, "--output", "json"];
    const narrowed = [
      ...(tenant === undefined ? [] : ["--tenant", tenant]),
      ...(subscription === undefined ? [] : ["--subscription", subscription]),
    ];
    try {
      return await runAz(context, [az, ...base, ...narrowed], signal);
    } catch (thrown) {
      // A subscription may not be this person's, and a federated principal has no tenant to name: once more without.
      const without = subscription !== undefined || (tenant !== undefined && account === "principal");
      if (!without || !(thrown instanceof MortarError) || thrown.code !== "auth_failed") throw thrown;
      return await runAz(context, [az, ...base], signal);
    }
  };
}

type Account = "user" | "principal" | "managed";

async function azAccount({ deps }: StrategyContext, az: string, signal: AbortSignal | undefined): Promise<Account> {
  const { exitCode, stdout } = await deps.run([az, "account", "show", "--output", "json"], {
    env: deps.env,
    signal,
    timeoutMs: limitMs,
    maxOutputBytes: mostOutputBytes,
  });
  const body = exitCode === 0 ? parsed(stdout) : undefined;
  const user = isObject(body) ? body["user"] : undefined;
  if (!isObject(user) || user["type"] !== "servicePrincipal") return "user";
  return user["name"] === "systemAssignedIdentity" || user["name"] === "userAssignedIdentity" ? "managed" : "principal";
}

async function tenantOrUndefined(
  context: StrategyContext,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return await azureTenant(context, signal);
  } catch (thrown) {
    signal?.throwIfAborted();
    context.deps.log.debug(`azure-cli: the tenant is not known: ${thrown instanceof Error ? thrown.message : ""}`);
    return undefined;
  }
}

function subscriptionOf({ config }: StrategyContext): string | undefined {
  return /\/subscriptions\/([^/]+)/i.exec(config.get("azure_workspace_resource_id") ?? "")?.[1];
}

async function runAz(
  { deps }: StrategyContext,
  command: [string, ...string[]],
  signal: AbortSignal | undefined,
): Promise<AccessToken> {
  const { exitCode, stdout, stderr } = await deps.run(command, {
    env: deps.env,
    signal,
    timeoutMs: limitMs,
    maxOutputBytes: mostOutputBytes,
  });
  const body = exitCode === 0 ? parsed(stdout) : undefined;
  const token = isObject(body) ? body["accessToken"] : undefined;
  if (!isObject(body) || typeof token !== "string" || token === "") {
    const words = redact(printable(stderr).trim().slice(0, 300));
    throw new MortarError("auth_failed", `azure-cli: cannot get a token: ${words}`, { hint: "Run `az login`." });
  }
  return { accessToken: new Secret(token), tokenType: "Bearer", expiresAtMs: expiryOf(body) };
}

/** `expires_on` is epoch seconds; the older `expiresOn` is this machine's local time, without a zone. */
function expiryOf(body: Record<string, unknown>): number | undefined {
  const seconds = Number(body["expires_on"]);
  if (body["expires_on"] !== undefined && Number.isFinite(seconds)) return seconds * 1_000;
  const local = body["expiresOn"];
  const ms = typeof local === "string" ? Date.parse(local.replace(" ", "T")) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
