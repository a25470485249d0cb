// An Entra service principal with a client secret.
import { azureCloud, azureTenant, openAzure } from "../azure.ts";
import { lacks, type Strategy } from "../strategy.ts";

export const open: Strategy = async (context) => {
  const { config, deps, chosen } = context;
  const clientId = config.get("azure_client_id");
  const secret = config.secret("azure_client_secret");
  if (clientId === undefined || secret === undefined || !config.isAzure) {
    if (chosen) {
      throw lacks(
        context,
        "azure-client-secret",
        "azure_client_id, azure_client_secret and an Azure workspace are needed",
      );
    }
    return undefined;
  }
  return openAzure(context, async (resource, signal) => {
    const tenant = await azureTenant(context, signal);
    if (tenant === undefined) throw lacks(context, "azure-client-secret", "azure_tenant_id is missing");
    const { clientCredentials } = await import("../grants.ts");
    const tokenEndpoint = `${azureCloud(config).login}${tenant}/oauth2/token`;
    const extra = { resource };
    const scopes = undefined;
    return (
      await clientCredentials(deps, { tokenEndpoint, clientId, secret, scopes, extra, secretInBody: true, signal })
    ).token;
  });
};
